using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sidecar.Hosting;
using Sidecar.Http;

namespace Sidecar.Zipkin;

/// <summary>Stands in for Zipkin where spans are sent to on this machine, as long as nobody else answers there.</summary>
internal sealed class TraceViewer : IAsyncDisposable
{
    private const int HeaderLimit = 64 * 1024;
    private readonly ListenerServer server;

    private TraceViewer(ListenerServer server) => this.server = server;

    /// <summary>Null for an address that is not on this machine, or is no HTTP.</summary>
    public static IPEndPoint? Place(string endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme != "http")
        {
            return null;
        }

        var host = address.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : null;
        return host is not null && IPAddress.IsLoopback(host) ? new IPEndPoint(host, address.Port) : null;
    }

    /// <summary>Null when the port is somebody else's, which is said in the log and is no fault.</summary>
    public static async Task<TraceViewer?> StartAsync(IPEndPoint place, TraceLimits limits, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var log = loggers.CreateLogger("dapr.runtime.trace");
        var api = new ZipkinApi(new TraceMemory(limits), time);
        var server = new ListenerServer([new Listener("traces", place.Address, place.Port, HttpProtocols.Http1, api.HandleAsync)], HeaderLimit, new KestrelLoggers(loggers));
        try
        {
            await server.StartAsync(cancellation);
        }
        catch (IOException)
        {
            await server.DisposeAsync();
            log.LogInformation("traces are not shown here: {Owner} has port {Port} already, and gets the spans", PortOwner.Find(place.Port) ?? "somebody else", place.Port);
            return null;
        }

        log.LogInformation("traces are shown at http://{Place}, kept in memory, the latest {Spans} spans", place, limits.Spans);
        return new TraceViewer(server);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await server.StopAsync(soon.Token);
        await server.DisposeAsync();
    }
}
