using System.Net;
using System.Net.Sockets;

namespace Sidecar.Testing;

/// <summary>Ports that no outgoing connection is given, so that nothing takes one between finding and opening it.</summary>
internal static class FreePort
{
    private const int First = 12_000;

    // A prime, so that any step comes to every port; processes side by side walk with steps of their own and hardly meet.
    private const int Count = 19_997;
    private static readonly int Step = Random.Shared.Next(1, Count);
    private static int walked = Random.Shared.Next(Count);

    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((long)(uint)Interlocked.Increment(ref walked) * Step % Count);
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
