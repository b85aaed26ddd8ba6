using System.Net;
using System.Net.Sockets;
using Sidecar.Components;

namespace Runner.Template;

/// <summary>
/// Ports that the run file leaves open are free ones, the same for as long as the run lasts: so they lie below those that the system
/// gives to outgoing connections, and nobody takes one while its process is started again.
/// </summary>
internal sealed class PortChoice
{
    private const int First = 14_000;
    private const int End = 32_000;
    private readonly HashSet<int> given = [];

    public AppTemplate Fill(AppTemplate app) => app with
    {
        HttpPort = Chosen(app.HttpPort),
        GrpcPort = Chosen(app.GrpcPort),
        MetricsPort = Chosen(app.MetricsPort),
    };

    private int Chosen(int port)
    {
        while (port == 0 || !given.Add(port))
        {
            port = Random.Shared.Next(First, End) is var candidate && IsFree(candidate) ? candidate : 0;
        }

        return port;
    }

    private static bool IsFree(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

internal static class PortKeys
{
    /// <summary>0 when the key is not there.</summary>
    public static int Port(this YamlMap map, string key)
    {
        if (map.Whole(key) is not { } port)
        {
            return 0;
        }

        if (port is < 0 or > ushort.MaxValue)
        {
            map.Problem($"{map.PathOf(key)} is {port} and should be a port, 1 to {ushort.MaxValue}", key);
            return 0;
        }

        return port;
    }
}
