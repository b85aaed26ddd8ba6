using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sidecar.Tests.Hosting;

/// <summary>Requests that no client library would write.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>All that is answered until the server closes.</summary>
    public static async Task<string> ExchangeAsync(int port, params string[] parts)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        using var client = await ConnectAsync(port);
        var stream = client.GetStream();
        foreach (var part in parts)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(part), limit.Token);
            await stream.FlushAsync(limit.Token);
        }

        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // Reset after the answer: what came counts.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    public static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        return client;
    }
}
