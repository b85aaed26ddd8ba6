using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sidecar.Tests.Invocation;

/// <summary>Answers the head of each request with the same bytes and hangs up, or waits for more on the same connection.</summary>
internal sealed class RawApp : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly string answer;
    private readonly bool keepsAlive;
    private readonly List<string> requests = [];

    public RawApp(string answer, bool keepsAlive = false)
    {
        this.answer = answer;
        this.keepsAlive = keepsAlive;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections { get; private set; }

    /// <summary>Counts the connections that have been closed.</summary>
    public SemaphoreSlim Closed { get; } = new(0);

    /// <summary>Heads of requests, byte for byte, with what came in the same breath.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        Closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                Connections++;
                _ = ServeAsync(client);
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[64 * 1024];
            do
            {
                var length = 0;
                while (!Encoding.Latin1.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer.AsMemory(length));
                    if (read == 0)
                    {
                        return;
                    }

                    length += read;
                }

                lock (requests)
                {
                    requests.Add(Encoding.Latin1.GetString(buffer, 0, length));
                }

                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
            }
            while (keepsAlive);
        }
        finally
        {
            client.Dispose();
            Closed.Release();
        }
    }
}
