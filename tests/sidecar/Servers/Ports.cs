using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Servers;

/// <summary>
/// Ports for processes that may be started again. They lie below those that the system gives to outgoing connections, so that none is
/// taken while its process is down, and no port is given twice.
/// </summary>
public static class Ports
{
    private const int First = 12_000;
    private const int End = 32_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            if (Given.TryAdd(port, value: true) && IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
