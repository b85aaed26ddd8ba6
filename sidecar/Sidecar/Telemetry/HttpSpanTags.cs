using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sidecar.Http;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>What the span of a request to the HTTP API says.</summary>
internal static class HttpSpanTags
{
    private const string UserPrefix = "dapr-";
    private const string TokenHeader = "dapr-api-token";

    public static void Write(Span span, HttpCall call, string path)
    {
        var request = call.Context.Request;
        var api = $"{request.Method} {path}";
        foreach (var (name, values) in request.Headers)
        {
            if (name.StartsWith(UserPrefix, StringComparison.OrdinalIgnoreCase) && !name.Equals(TokenHeader, StringComparison.OrdinalIgnoreCase))
            {
                span.Tag(name.ToLowerInvariant(), values[^1]);
            }
        }

        if (call.IsAdmitted)
        {
            WriteGroup(span, call, api);
        }

        span.Tag("dapr.protocol", "http");
        span.Tag("dapr.api", api);
        span.Tag("dapr.status_code", call.Context.Response.StatusCode.ToString(CultureInfo.InvariantCulture));
        span.Tag("http.request.method", request.Method);
        span.Tag("url.full", call.RawQuery.Length == 0 ? call.RawPath : $"{call.RawPath}?{call.RawQuery}");
        WriteCaller(span, call.Context.Connection.RemoteIpAddress, call.Context.Connection.RemotePort);
    }

    private static void WriteGroup(Span span, HttpCall call, string api)
    {
        switch (call.Route?.Group)
        {
            case "state" or "secrets" or "bindings":
                span.Tag("db.system", call.Route.Group);
                span.Tag("db.connection_string", call.Route.Group);
                span.Tag("db.statement", api);
                span.Tag("db.name", call.FirstParameter);
                break;
            case "publish":
                span.Tag("messaging.system", "pubsub");
                break;
            default:
                if (call.Target is { } target)
                {
                    span.Name = $"CallLocal/{target.AppId}/{target.Method}";
                    span.Tag("rpc.service", "ServiceInvocation");
                    span.Tag("net.peer.name", target.AppId);
                }

                break;
        }
    }

    /// <summary>Daprd cuts address and port apart at the first colon, which leaves a bracket of an IPv6 address.</summary>
    private static void WriteCaller(Span span, IPAddress? address, int port)
    {
        if (address is null)
        {
            return;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var parts = $"[{plain}]:{port}".Split(':');
            span.Tag("server.address", parts[0]);
            span.Tag("server.port", parts[1]);
            return;
        }

        span.Tag("server.address", plain.ToString());
        span.Tag("server.port", port.ToString(CultureInfo.InvariantCulture));
    }
}
