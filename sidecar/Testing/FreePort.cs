using System.Net;
using System.Net.Sockets;

namespace Sidecar.Testing;

/// <summary>Ports that no outgoing connection is given, so that nothing takes one between finding and opening it.</summary>
internal static class FreePort
{
    private const int First = 12_000;
    private const int Count = 20_000;
    private static int last = Random.Shared.Next(Count);

    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref last) % Count);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
