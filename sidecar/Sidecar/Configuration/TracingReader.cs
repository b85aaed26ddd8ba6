using System.Globalization;
using Sidecar.Components;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Configuration;

internal static class TracingReader
{
    public static TracingSettings Read(YamlMap map, TracingSettings before)
    {
        var rate = map.Text("samplingRate") ?? before.SamplingRate;
        if (rate.Length > 0 && !double.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            map.Note($"{map.PathOf("samplingRate")} is \"{rate}\" and no number, so 0.0001 counts", "samplingRate");
        }

        var read = before with
        {
            SamplingRate = rate,
            Stdout = map.Bool("stdout") ?? before.Stdout,
        };
        if (map.Map("zipkin") is { } zipkin)
        {
            read = read with { ZipkinEndpoint = zipkin.Text("endpointAddress") ?? before.ZipkinEndpoint };
            zipkin.NoteUnknown();
        }

        return map.Map("otel") is { } otel ? read with { Otlp = Otlp(otel, read.Otlp) } : read;
    }

    private static OtlpSettings Otlp(YamlMap map, OtlpSettings before)
    {
        var read = before with
        {
            Endpoint = map.Text("endpointAddress") ?? before.Endpoint,
            Protocol = map.Text("protocol") ?? before.Protocol,
            IsSecure = map.Bool("isSecure") ?? before.IsSecure,
            Headers = map.Has("headers") ? Headers(map) : before.Headers,
            Timeout = map.Duration("timeout") ?? before.Timeout,
        };
        if (read.Protocol is not ("" or "http" or "grpc"))
        {
            map.Problem($"invalid protocol {read.Protocol} provided for Otel endpoint; it should be http or grpc", "protocol");
        }

        if (read.Endpoint.Length > 0 && read.Protocol.Length == 0)
        {
            map.Note($"{map.PathOf("protocol")} is missing, so no spans are sent to {read.Endpoint}", "endpointAddress");
        }

        map.NoteUnknown();
        return read;
    }

    private static Dictionary<string, string> Headers(YamlMap map)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in map.Texts("headers"))
        {
            var parts = header.Split('=', 2);
            if (parts.Length == 2)
            {
                headers[parts[0].Trim()] = parts[1].Trim();
            }
            else
            {
                map.Problem($"{map.PathOf("headers")} should be a list such as [name=value]", "headers");
            }
        }

        return headers;
    }
}
