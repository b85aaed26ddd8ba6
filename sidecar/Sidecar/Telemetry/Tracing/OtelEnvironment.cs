using System.Globalization;

namespace Sidecar.Telemetry.Tracing;

/// <summary>Fills tracing settings up from OpenTelemetry's environment variables. A configured OTLP endpoint is not overridden.</summary>
public static class OtelEnvironment
{
    public static TracingSettings Apply(TracingSettings settings, string appId, Func<string, string?> read)
    {
        var otlp = Otlp(settings.Otlp, read);
        var rate = settings.SamplingRate.Length == 0 && settings.Otlp.Endpoint.Length == 0 && otlp.Endpoint.Length > 0 ? "1" : settings.SamplingRate;
        return settings with { SamplingRate = rate, Otlp = otlp, Resource = Resource(appId, read), Batch = Batch(settings.Batch, read) };
    }

    private static OtlpSettings Otlp(OtlpSettings settings, Func<string, string?> read)
    {
        if (settings.Endpoint.Length > 0)
        {
            return settings;
        }

        if (Either("ENDPOINT", read) is { } endpoint)
        {
            settings = settings with
            {
                Endpoint = Without(Without(endpoint, "http://"), "https://"),
                Protocol = Either("PROTOCOL", read)?.StartsWith("http", StringComparison.Ordinal) == true ? "http" : "grpc",
                IsSecure = settings.IsSecure && read("OTEL_EXPORTER_OTLP_INSECURE") != "true",
            };
        }

        if (Either("HEADERS", read) is { } headers)
        {
            settings = settings with { Headers = Pairs("OTEL_EXPORTER_OTLP_HEADERS", headers, settings.Headers) };
        }

        return Either("TIMEOUT", read) is { } timeout
            ? settings with { Timeout = Milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", timeout) is { Ticks: > 0 } wait ? wait : settings.Timeout }
            : settings;
    }

    private static Dictionary<string, string> Resource(string appId, Func<string, string?> read)
    {
        var resource = new Dictionary<string, string>(StringComparer.Ordinal) { ["service.name"] = appId };
        if (Set("OTEL_RESOURCE_ATTRIBUTES", read) is { } attributes)
        {
            resource = Pairs("OTEL_RESOURCE_ATTRIBUTES", attributes, resource);
        }

        if (Set("OTEL_SERVICE_NAME", read) is { } name)
        {
            resource["service.name"] = name;
        }

        return resource;
    }

    private static BatchSettings Batch(BatchSettings settings, Func<string, string?> read)
    {
        var queue = Count("OTEL_BSP_MAX_QUEUE_SIZE", settings.QueueSize, read);
        return settings with
        {
            Delay = TimeSpan.FromMilliseconds(Count("OTEL_BSP_SCHEDULE_DELAY", (int)settings.Delay.TotalMilliseconds, read)),
            Timeout = TimeSpan.FromMilliseconds(Count("OTEL_BSP_EXPORT_TIMEOUT", (int)settings.Timeout.TotalMilliseconds, read)),
            QueueSize = queue,
            Size = Math.Min(queue, Count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", settings.Size, read)),
        };
    }

    private static Dictionary<string, string> Pairs(string variable, string text, IReadOnlyDictionary<string, string> before)
    {
        var pairs = new Dictionary<string, string>(before, StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split(','))
        {
            var equals = pair.IndexOf('=');
            if (equals < 0 || !PercentEncoding.TryDecode(pair[(equals + 1)..], out var value, out _))
            {
                throw new TelemetryException($"{variable} is a list of name=value pairs, separated by commas");
            }

            pairs[pair[..equals].Trim()] = value.Trim();
        }

        return pairs;
    }

    private static string? Either(string name, Func<string, string?> read) =>
        Set($"OTEL_EXPORTER_OTLP_TRACES_{name}", read) ?? Set($"OTEL_EXPORTER_OTLP_{name}", read);

    private static string? Set(string variable, Func<string, string?> read) => read(variable) is { Length: > 0 } value ? value : null;

    private static TimeSpan Milliseconds(string variable, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromMilliseconds(number)
            : throw new TelemetryException($"{variable} is \"{text}\" and should be a number of milliseconds");

    private static int Count(string variable, int fallback, Func<string, string?> read) =>
        int.TryParse(read(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : fallback;

    private static string Without(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
}
