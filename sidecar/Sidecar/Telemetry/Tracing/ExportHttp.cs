using System.Net;

namespace Sidecar.Telemetry.Tracing;

/// <summary>The HTTP of exporters: it leaves no traces of its own.</summary>
internal static class ExportHttp
{
    public static HttpMessageInvoker Client() => new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = 1,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        UseCookies = false,
    });
}
