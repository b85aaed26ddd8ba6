using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench;

/// <summary>
/// Keeps a number of connections busy with one request each, all on one thread that waits in poll(2), so that the load takes as
/// little as possible of the machine that it shares with what it measures.
/// </summary>
public sealed class HttpLoad(int port, int connections, Func<int, string> request, int expectedStatus)
{
    private readonly List<long> ticks = new(1_000_000);
    private int failures;

    /// <summary>The text of a request: a request line, headers, and a body whose length the text itself states.</summary>
    public static string Request(string method, string path, string body = "", string headers = "")
    {
        var length = body.Length > 0 || method != "GET" ? $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n" : "";
        return $"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n{body}";
    }

    public Figures Run(TimeSpan warmUp, TimeSpan measured)
    {
        var sockets = Enumerable.Range(0, connections).Select(_ => new Connection(port)).ToList();
        try
        {
            var sequence = 0;
            foreach (var socket in sockets)
            {
                socket.Send(request(sequence++));
            }

            Drive(sockets, ref sequence, warmUp);
            ticks.Clear();
            failures = 0;
            var started = Stopwatch.GetTimestamp();
            Drive(sockets, ref sequence, measured);
            return Figures.Of(ticks, Stopwatch.GetElapsedTime(started), failures);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private void Drive(List<Connection> connections, ref int sequence, TimeSpan duration)
    {
        var until = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var bySocket = connections.ToDictionary(connection => connection.Socket);
        var readable = new List<Socket>(connections.Count);
        while (Stopwatch.GetTimestamp() < until)
        {
            readable.Clear();
            readable.AddRange(bySocket.Keys);
            Socket.Select(readable, null, null, TimeSpan.FromMilliseconds(100));
            foreach (var socket in readable)
            {
                var connection = bySocket[socket];
                if (!connection.TryReceive(out var status))
                {
                    continue;
                }

                ticks.Add(Stopwatch.GetTimestamp() - connection.SentAt);
                failures += status == expectedStatus ? 0 : 1;
                connection.Send(request(sequence++));
            }
        }
    }

    private sealed class Connection : IDisposable
    {
        private readonly byte[] buffer = new byte[64 * 1024];
        private int filled;

        public Connection(int port)
        {
            Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(IPAddress.Loopback, port);
        }

        public Socket Socket { get; }

        public long SentAt { get; private set; }

        public void Send(string text)
        {
            SentAt = Stopwatch.GetTimestamp();
            Socket.Send(Encoding.UTF8.GetBytes(text));
        }

        /// <summary>False while the answer is not whole yet.</summary>
        public bool TryReceive(out int status)
        {
            status = 0;
            var received = Socket.Receive(buffer.AsSpan(filled));
            if (received == 0)
            {
                throw new IOException("The server closed the connection under load.");
            }

            filled += received;
            var head = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                return false;
            }

            var headers = Encoding.ASCII.GetString(buffer, 0, head);
            status = int.Parse(headers.AsSpan(9, 3), CultureInfo.InvariantCulture);
            var isWhole = headers.Contains("transfer-encoding: chunked", StringComparison.OrdinalIgnoreCase)
                ? buffer.AsSpan(head, filled - head).EndsWith("\r\n0\r\n\r\n"u8)
                : filled >= head + 4 + ContentLength(headers);
            if (!isWhole)
            {
                return false;
            }

            filled = 0;
            return true;
        }

        public void Dispose() => Socket.Dispose();

        private static int ContentLength(string headers)
        {
            const string Name = "content-length:";
            var at = headers.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return 0;
            }

            var end = headers.IndexOf('\r', at);
            return int.Parse(headers.AsSpan(at + Name.Length, (end < 0 ? headers.Length : end) - at - Name.Length), CultureInfo.InvariantCulture);
        }
    }
}
