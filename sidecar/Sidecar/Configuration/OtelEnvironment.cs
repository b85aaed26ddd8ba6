using System.Globalization;
using Sidecar.Components;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Configuration;

/// <summary>OpenTelemetry's own variables: they count where the configuration names no endpoint.</summary>
public static class OtelEnvironment
{
    private const string Source = "environment";

    public static TracingSettings Apply(TracingSettings tracing, Func<string, string?> environment, Findings findings)
    {
        var otlp = tracing.Otlp;
        if (otlp.Endpoint.Length > 0)
        {
            return tracing;
        }

        if (First("ENDPOINT") is { Length: > 0 } endpoint)
        {
            tracing = tracing with { SamplingRate = tracing.SamplingRate.Length > 0 ? tracing.SamplingRate : "1" };
            otlp = otlp with
            {
                Endpoint = WithoutScheme(endpoint),
                Protocol = (First("PROTOCOL") ?? "").StartsWith("http", StringComparison.Ordinal) ? "http" : "grpc",
                IsSecure = otlp.IsSecure && environment("OTEL_EXPORTER_OTLP_INSECURE") != "true",
            };
        }

        if (First("HEADERS") is { Length: > 0 } headers)
        {
            otlp = otlp with { Headers = Headers(otlp.Headers, headers, findings) };
        }

        if (First("TIMEOUT") is { Length: > 0 } timeout)
        {
            if (int.TryParse(timeout, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds))
            {
                otlp = otlp with { Timeout = milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds) : otlp.Timeout };
            }
            else
            {
                findings.Problem(Source, 0, $"OTEL_EXPORTER_OTLP_TIMEOUT is \"{timeout}\" and should be a number of milliseconds");
            }
        }

        return tracing with { Otlp = otlp };

        string? First(string what) =>
            environment($"OTEL_EXPORTER_OTLP_TRACES_{what}") is { Length: > 0 } traces ? traces : environment($"OTEL_EXPORTER_OTLP_{what}");
    }

    private static string WithoutScheme(string endpoint)
    {
        foreach (var scheme in (string[])["http://", "https://"])
        {
            endpoint = endpoint.StartsWith(scheme, StringComparison.Ordinal) ? endpoint[scheme.Length..] : endpoint;
        }

        return endpoint;
    }

    private static Dictionary<string, string> Headers(IReadOnlyDictionary<string, string> already, string text, Findings findings)
    {
        var headers = new Dictionary<string, string>(already, StringComparer.OrdinalIgnoreCase);
        foreach (var header in text.Split(','))
        {
            var parts = header.Split('=', 2);
            if (parts.Length == 2 && parts[0].Trim() is { Length: > 0 } name)
            {
                headers[name] = Uri.UnescapeDataString(parts[1]).Trim();
            }
            else
            {
                findings.Problem(Source, 0, "OTEL_EXPORTER_OTLP_HEADERS should be a list such as name=value,other=value");
            }
        }

        return headers;
    }
}
