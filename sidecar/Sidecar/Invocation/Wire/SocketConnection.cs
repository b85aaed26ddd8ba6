using System.Buffers;
using System.Globalization;
using System.Net.Sockets;

namespace Sidecar.Invocation.Wire;

/// <summary>
/// One HTTP/1.1 connection to the app. Own code because apps must see the bytes that daprd sends them (a line for each value, empty
/// bodies in chunks), and because every microsecond here is part of every call.
/// </summary>
internal sealed class SocketConnection(Socket socket, string peer, int headLimit) : IDisposable
{
    private const int BufferSize = 16 * 1024;
    private readonly ArrayBufferWriter<byte> output = new(1024);
    private readonly byte[] input = GC.AllocateUninitializedArray<byte>(Math.Max(BufferSize, headLimit));
    private int start;
    private int end;

    /// <summary>What has arrived and was not taken yet.</summary>
    public ReadOnlyMemory<byte> Arrived => input.AsMemory(start, end - start);

    /// <summary>False as well when the app sent something that nobody asked for, or closed.</summary>
    public bool IsQuiet
    {
        get
        {
            try
            {
                return start == end && !socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public static async ValueTask<SocketConnection> OpenAsync(string host, int port, int headLimit, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellation);
            return new(socket, $"{socket.LocalEndPoint}->{socket.RemoteEndPoint}", headLimit);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Take(int count)
    {
        start += count;
        if (start == end)
        {
            start = end = 0;
        }
    }

    /// <summary>Waits for more bytes behind those that have arrived; false when the app closed its side.</summary>
    public async ValueTask<bool> ReceiveAsync(CancellationToken cancellation)
    {
        if (end == input.Length && start > 0)
        {
            input.AsSpan(start, end - start).CopyTo(input);
            end -= start;
            start = 0;
        }

        try
        {
            var count = await socket.ReceiveAsync(input.AsMemory(end), SocketFlags.None, cancellation);
            end += count;
            return count > 0;
        }
        catch (SocketException problem)
        {
            throw new TransportException($"read tcp {peer}: read: {GoNetError.Text(problem)}", problem);
        }
    }

    public ArrayBufferWriter<byte> BeginOutput()
    {
        output.ResetWrittenCount();
        return output;
    }

    public async ValueTask SendOutputAsync(CancellationToken cancellation) => await SendAsync(output.WrittenMemory, cancellation);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellation)..];
            }
        }
        catch (SocketException problem)
        {
            throw new TransportException($"write tcp {peer}: write: {GoNetError.Text(problem)}", problem);
        }
    }

    public void Dispose() => socket.Dispose();
}

/// <summary>What a system call says when it fails, as Go words it.</summary>
internal static class GoNetError
{
    public static string Text(SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset by peer",
        SocketError.ConnectionAborted => "software caused connection abort",
        SocketError.Shutdown => "broken pipe",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        _ => problem.Message.ToLower(CultureInfo.InvariantCulture),
    };

    /// <summary>A connection that did not come about.</summary>
    public static string Dial(string host, int port, SocketException problem)
    {
        if (problem.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain)
        {
            return $"dial tcp: lookup {host}: no such host";
        }

        var address = host == "localhost" ? "127.0.0.1" : host.Contains(':') ? $"[{host.Trim('[', ']')}]" : host;
        return $"dial tcp {address}:{port}: connect: {Text(problem)}";
    }
}
