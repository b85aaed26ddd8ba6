using System.Globalization;

namespace Sidecar.Telemetry.Tracing;

/// <summary>
/// What OpenTelemetry's environment variables say about all exporters: who the spans are of, and how they gather. Those about the
/// endpoint are read with the configuration.
/// </summary>
public static class OtelEnvironment
{
    public static TracingSettings Apply(TracingSettings settings, string appId, Func<string, string?> read) =>
        settings with { Resource = Resource(appId, read), Batch = Batch(settings.Batch, read) };

    private static Dictionary<string, string> Resource(string appId, Func<string, string?> read)
    {
        var resource = new Dictionary<string, string>(StringComparer.Ordinal) { ["service.name"] = appId };
        if (Set("OTEL_RESOURCE_ATTRIBUTES", read) is { } attributes)
        {
            Add(resource, attributes);
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

    private static void Add(Dictionary<string, string> resource, string attributes)
    {
        foreach (var pair in attributes.Split(','))
        {
            var equals = pair.IndexOf('=');
            if (equals < 0 || !PercentEncoding.TryDecode(pair[(equals + 1)..], out var value, out _))
            {
                throw new TelemetryException("OTEL_RESOURCE_ATTRIBUTES is a list of name=value pairs, separated by commas");
            }

            resource[pair[..equals].Trim()] = value.Trim();
        }
    }

    private static string? Set(string variable, Func<string, string?> read) => read(variable) is { Length: > 0 } value ? value : null;

    private static int Count(string variable, int fallback, Func<string, string?> read) =>
        int.TryParse(read(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : fallback;
}
