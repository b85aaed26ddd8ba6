using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Sidecar.Http;

/// <summary>
/// Ports of a sidecar on one Kestrel, without a host, a container or a middleware pipeline: a process may run many sidecars,
/// and each request costs what it does and no more.
/// </summary>
public sealed class ListenerServer : IAsyncDisposable
{
    /// <summary>Go's HTTP server reads this much beyond its limit of a request's head.</summary>
    public const int HeaderSlack = 4096;

    private const int MostHeaders = 1_000;

    // Longer lines than the limit are let in, for whoever refuses them to say so as Go does.
    private const int LongestLine = 1024 * 1024;
    private readonly KestrelServer kestrel;

    public ListenerServer(IReadOnlyList<Listener> listeners, int headerLimit, ILoggerFactory loggers)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowAlternateSchemes = true };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MaxRequestHeadersTotalSize = headerLimit;
        options.Limits.MaxRequestHeaderCount = MostHeaders;
        options.Limits.MaxRequestLineSize = Math.Max(LongestLine, headerLimit);
        options.Limits.MaxRequestBufferSize = options.Limits.MaxRequestLineSize;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        options.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        options.Limits.Http2.MaxStreamsPerConnection = 10_000;

        // A worker whose machine is gone says nothing; what it had is for others then.
        options.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        options.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        foreach (var listener in listeners)
        {
            options.Listen(listener.Address, listener.Port, listen => Configure(listen, listener));
        }

        // Requests run where their bytes arrived; nothing here blocks a thread.
        var transport = new SocketTransportOptions { UnsafePreferInlineScheduling = true };
        kestrel = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(transport), loggers), loggers);
    }

    public Task StartAsync(CancellationToken cancellation) => kestrel.StartAsync(new Application(), cancellation);

    /// <summary>Stops accepting, lets running requests end until <paramref name="cancellation"/>, then cuts them.</summary>
    public Task StopAsync(CancellationToken cancellation) => kestrel.StopAsync(cancellation);

    public ValueTask DisposeAsync()
    {
        kestrel.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Configure(ListenOptions listen, Listener listener)
    {
        listen.Protocols = listener.Protocols;
        var bound = new BoundListener(listener.Handler);
        listen.Use(next => connection =>
        {
            connection.Features.Set(bound);
            return next(connection);
        });
        if (listener.Protocols.HasFlag(HttpProtocols.Http2))
        {
            listen.Use(next => new Http2Prologue(next, isOnly: listener.Protocols == HttpProtocols.Http2).OnConnectionAsync);
        }
    }

    private sealed record BoundListener(RequestDelegate Handler);

    private sealed class Application : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection features)
        {
            if (features is not IHostContextContainer<HttpContext> connection)
            {
                return new DefaultHttpContext(features);
            }

            if (connection.HostContext is not DefaultHttpContext context)
            {
                connection.HostContext = context = new DefaultHttpContext();
            }

            context.Initialize(features);
            return context;
        }

        public Task ProcessRequestAsync(HttpContext context) => context.Features.GetRequiredFeature<BoundListener>().Handler(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            if (context is DefaultHttpContext reused)
            {
                reused.Uninitialize();
            }
        }
    }
}
