using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sidecar.Tests.Grpc;

/// <summary>HTTP/2 frame by frame on a socket, right or wrong as a test likes.</summary>
internal sealed class RawHttp2 : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte RstStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<RawHttp2> ConnectAsync(int port, CancellationToken cancellation)
    {
        var connection = new RawHttp2();
        await connection.socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        return connection;
    }

    public static async Task<RawHttp2> OpenAsync(int port, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(port, cancellation);
        await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), cancellation);
        await connection.SendAsync(Frame(Settings, 0, 0, []), cancellation);
        return connection;
    }

    /// <summary>The header block of a call, every field as a literal.</summary>
    public static byte[] Call(string path, params (string Name, string Value)[] more)
    {
        var block = new List<byte>();
        foreach (var (name, value) in new[] { (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers") }.Concat(more))
        {
            block.Add(0);
            Text(block, name);
            Text(block, value);
        }

        return [.. block];
    }

    /// <summary>With <paramref name="length"/> a frame lies about its size.</summary>
    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload, int? length = null)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, (length ?? payload.Length) << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>False when the other side has closed.</summary>
    public async Task<bool> SendAsync(byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await socket.SendAsync(bytes.AsMemory(sent), cancellation);
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The next frame; null when the connection has ended.</summary>
    public async Task<(byte Type, byte Flags, int Stream, byte[] Payload)?> ReceiveAsync(CancellationToken cancellation)
    {
        var header = await ReadAsync(9, cancellation);
        if (header is null)
        {
            return null;
        }

        var payload = await ReadAsync(BinaryPrimitives.ReadInt32BigEndian(header) >>> 8, cancellation);
        return payload is null ? null : (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
    }

    /// <summary>Reads until a frame of the type comes, or the end.</summary>
    public async Task<bool> SeesAsync(byte type, CancellationToken cancellation)
    {
        while (await ReceiveAsync(cancellation) is { } frame)
        {
            if (frame.Type == type)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads until the other side has closed.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellation) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset ends a connection as well.
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task<byte[]?> ReadAsync(int length, CancellationToken cancellation)
    {
        var bytes = new byte[length];
        try
        {
            for (var read = 0; read < length;)
            {
                var count = await socket.ReceiveAsync(bytes.AsMemory(read), cancellation);
                if (count == 0)
                {
                    return null;
                }

                read += count;
            }

            return bytes;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static void Text(List<byte> block, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var length = bytes.Length;
        if (length < 127)
        {
            block.Add((byte)length);
        }
        else
        {
            block.Add(127);
            for (length -= 127; length >= 128; length >>= 7)
            {
                block.Add((byte)(length | 128));
            }

            block.Add((byte)length);
        }

        block.AddRange(bytes);
    }
}
