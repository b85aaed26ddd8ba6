using System.Net;
using System.Net.Sockets;
using Sidecar.Components;

namespace Runner.Template;

/// <summary>Ports that the run file leaves open are free ones, the same for as long as the run lasts.</summary>
internal sealed class PortChoice
{
    private readonly HashSet<int> given = [];

    public AppTemplate Fill(AppTemplate app) => app with
    {
        HttpPort = Chosen(app.HttpPort),
        GrpcPort = Chosen(app.GrpcPort),
        InternalGrpcPort = Chosen(app.InternalGrpcPort),
        MetricsPort = Chosen(app.MetricsPort),
    };

    private int Chosen(int port)
    {
        while (port == 0 || !given.Add(port))
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        return port;
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
