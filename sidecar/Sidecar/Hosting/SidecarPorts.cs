using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sidecar.Http;

namespace Sidecar.Hosting;

/// <summary>The open ports of one sidecar. gRPC takes far larger headers than HTTP, as Go's servers do, so each has a server of its own.</summary>
internal sealed class SidecarPorts : IAsyncDisposable
{
    private const int GrpcFactor = 1024;
    private const int MostTries = 5;
    private readonly List<Listener> listeners;
    private readonly List<ListenerServer> servers;

    private SidecarPorts(IReadOnlyList<Listener> listeners, int readBufferSize, ILoggerFactory loggers)
    {
        this.listeners = [.. listeners];
        servers =
        [
            .. listeners.GroupBy(listener => listener.Protocols == HttpProtocols.Http2)
                .Select(group => new ListenerServer([.. group], group.Key ? readBufferSize * GrpcFactor : readBufferSize + ListenerServer.HeaderSlack, loggers)),
        ];
    }

    /// <summary>
    /// With the ports that were opened: a port of 0 is any free one, and another when somebody else takes it first. Throws a
    /// <see cref="StartException"/> that names who holds a port.
    /// </summary>
    public static async Task<(SidecarPorts Ports, SidecarOptions Options)> OpenAsync(SidecarOptions options, SidecarApis apis, ILoggerFactory loggers, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var chosen = Chosen(options);
            var ports = new SidecarPorts(apis.Listeners(chosen), options.ReadBufferSize, loggers);
            try
            {
                await ports.OpenAsync(cancellation);
                return (ports, chosen);
            }
            catch (StartException) when (tries < MostTries && chosen != options)
            {
                // Told when it goes on; a port that was asked for stays taken.
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var server in servers)
            {
                await server.StartAsync(cancellation);
            }
        }
        catch (IOException problem)
        {
            await DisposeAsync();
            var taken = listeners.DistinctBy(listener => listener.Port).Select(listener => (listener, Owner: PortOwner.Find(listener.Port))).Where(port => port.Owner is not null).ToList();
            throw new StartException(taken.Count == 0
                ? [$"a port cannot be opened: {problem.Message}"]
                : [.. taken.Select(port => $"port {port.listener.Port} ({port.listener.Purpose}) is in use by {port.Owner}; choose another with {port.listener.Flag}")]);
        }
    }

    /// <summary>Host and port where other sidecars reach the one with these ports.</summary>
    public static string InternalAddress(SidecarOptions ports)
    {
        var address = ports.InternalGrpcListenAddress;
        var isAny = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        return isAny ? $"{ports.HostAddress ?? "127.0.0.1"}:{ports.InternalGrpcPort}" : new IPEndPoint(address, ports.InternalGrpcPort ?? 0).ToString();
    }

    public Task StopAsync(CancellationToken cancellation) => Task.WhenAll(servers.Select(server => server.StopAsync(cancellation)));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    private static SidecarOptions Chosen(SidecarOptions options) => options with
    {
        HttpPort = Chosen(options.HttpPort),
        GrpcPort = Chosen(options.GrpcPort),
        MetricsPort = Chosen(options.MetricsPort),
        InternalGrpcPort = Chosen(options.InternalGrpcPort ?? 0),
    };

    private static int Chosen(int port)
    {
        if (port > 0)
        {
            return port;
        }

        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
