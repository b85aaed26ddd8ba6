using System.Globalization;
using Sidecar.Components;

namespace Sidecar.Configuration;

internal static class TracingReader
{
    public static TracingConfiguration Read(YamlMap map, TracingConfiguration before)
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

        return map.Map("otel") is { } otel ? Otel(otel, read) : read;
    }

    private static TracingConfiguration Otel(YamlMap map, TracingConfiguration before)
    {
        var protocol = map.Text("protocol") ?? before.OtelProtocol;
        if (protocol is not ("" or "http" or "grpc"))
        {
            map.Problem($"invalid protocol {protocol} provided for Otel endpoint; it should be http or grpc", "protocol");
        }

        var read = before with
        {
            OtelEndpoint = map.Text("endpointAddress") ?? before.OtelEndpoint,
            OtelProtocol = protocol,
            OtelIsSecure = map.Bool("isSecure") ?? before.OtelIsSecure,
            OtelHeaders = map.Has("headers") ? Headers(map) : before.OtelHeaders,
            OtelTimeout = map.Duration("timeout") ?? before.OtelTimeout,
        };
        if (read.OtelEndpoint.Length > 0 && protocol.Length == 0)
        {
            map.Note($"{map.PathOf("protocol")} is missing, so no spans are sent to {read.OtelEndpoint}", "endpointAddress");
        }

        map.NoteUnknown();
        return read;
    }

    private static Dictionary<string, string> Headers(YamlMap map)
    {
        var headers = new Dictionary<string, string>();
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
