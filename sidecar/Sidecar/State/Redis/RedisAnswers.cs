namespace Sidecar.State.Redis;

/// <summary>Reads what the server sends and hands each answer to the call that it belongs to.</summary>
internal sealed class RedisAnswers(Stream stream, RedisConnection connection)
{
    private const int UsualSize = 64 * 1024;
    private byte[] buffer = new byte[UsualSize];
    private int from;
    private int to;
    private readonly RespScanner scanner = new();

    public async Task ReceiveAsync()
    {
        try
        {
            var needed = 1;
            while (true)
            {
                MakeRoom(needed);
                var received = await stream.ReadAsync(buffer.AsMemory(to));
                if (received == 0)
                {
                    throw new EndOfStreamException();
                }

                to += received;
                needed = GiveOut();
            }
        }
        catch (Exception problem)
        {
            connection.Break(GoNetworkError.Of(problem, "read", connection.Name));
        }
    }

    /// <summary>Returns how many bytes there must be before it pays to look again.</summary>
    private int GiveOut()
    {
        while (from < to)
        {
            if (connection.Oldest() is not { } call)
            {
                throw new RedisConnectionException("redis: the server sent an answer that nobody had asked for");
            }

            if (!scanner.TryFind(buffer.AsSpan(from, to - from), call.Replies, out var length))
            {
                return length;
            }

            var answer = buffer.AsSpan(from, length).ToArray();
            from += length;
            connection.Answer(answer);
        }

        return 1;
    }

    private void MakeRoom(int needed)
    {
        if (from == to)
        {
            from = to = 0;
            if (buffer.Length > UsualSize && needed <= UsualSize)
            {
                buffer = new byte[UsualSize];
            }
        }

        if (buffer.Length - from >= needed)
        {
            return;
        }

        var held = buffer.AsSpan(from, to - from);
        var roomy = needed <= buffer.Length ? buffer : new byte[Math.Max(needed, held.Length * 2)];
        held.CopyTo(roomy);
        (buffer, to, from) = (roomy, held.Length, 0);
    }
}
