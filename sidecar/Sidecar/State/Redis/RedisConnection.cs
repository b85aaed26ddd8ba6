namespace Sidecar.State.Redis;

/// <summary>
/// One connection that many callers share: commands go out in the order of <see cref="SendAsync"/>, those that come together in one
/// write, and answers are given out in the same order. Broken once, it stays broken.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private readonly Lock gate = new();
    private readonly Queue<RedisCall> unsent = new();
    private readonly Queue<RedisCall> unanswered = new();
    private readonly Stream stream;
    private readonly TimeProvider time;
    private readonly ITimer watch;
    private readonly byte[] output = new byte[BufferSize];
    private readonly RedisAnswers answers;
    private bool sending;
    private bool watching;
    private RedisConnectionException? failure;

    public RedisConnection(Stream stream, string name, TimeProvider time)
    {
        this.stream = stream;
        this.time = time;
        Name = name;
        answers = new RedisAnswers(stream, this);
        watch = time.CreateTimer(static connection => ((RedisConnection)connection!).CheckOldest(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Both ends, as Go writes them into its errors.</summary>
    public string Name { get; }

    public bool IsOpen => failure is null;

    public RedisConnectionException? Failure => failure;

    public void Start() => _ = answers.ReceiveAsync();

    public ValueTask<ReadOnlyMemory<byte>> SendAsync(RedisCall call, CancellationToken cancellation)
    {
        call.Begin();
        call.Since = time.GetTimestamp();
        bool sends;
        lock (gate)
        {
            if (failure is not null)
            {
                return ValueTask.FromException<ReadOnlyMemory<byte>>(failure);
            }

            unsent.Enqueue(call);
            unanswered.Enqueue(call);
            sends = !sending;
            sending = true;
            if (!watching && call.Timeout > TimeSpan.Zero)
            {
                watching = true;
                watch.Change(call.Timeout, Timeout.InfiniteTimeSpan);
            }
        }

        var answer = call.AnswerAsync(cancellation);
        if (sends)
        {
            _ = WriteAsync();
        }

        return answer;
    }

    public RedisCall? Oldest()
    {
        lock (gate)
        {
            return unanswered.TryPeek(out var call) ? call : null;
        }
    }

    public void Answer(ReadOnlyMemory<byte> answer)
    {
        RedisCall call;
        lock (gate)
        {
            if (!unanswered.TryDequeue(out call!))
            {
                return;
            }
        }

        call.Answer(answer);
    }

    /// <summary>Every call that waits fails with this reason.</summary>
    public void Break(RedisConnectionException reason)
    {
        RedisCall[] lost;
        lock (gate)
        {
            if (failure is not null)
            {
                return;
            }

            failure = reason;
            lost = [.. unanswered];
            unanswered.Clear();
            unsent.Clear();
        }

        watch.Dispose();
        stream.Dispose();
        foreach (var call in lost)
        {
            call.Fail(reason);
        }
    }

    public void Dispose() => Break(new RedisConnectionException("redis: client is closed") { MayRetry = false });

    /// <summary>Runs on the thread of the caller who found nobody writing, and takes along what others add meanwhile.</summary>
    private async Task WriteAsync()
    {
        const int RoundsOnCallersThread = 8;
        try
        {
            for (var round = 1; NextWrite() is { Length: > 0 } bytes; round++)
            {
                await stream.WriteAsync(bytes);
                if (round == RoundsOnCallersThread)
                {
                    await Task.Yield();
                }
            }
        }
        catch (Exception problem)
        {
            Break(GoNetworkError.Of(problem, "write", Name));
        }
    }

    private ReadOnlyMemory<byte> NextWrite()
    {
        lock (gate)
        {
            var filled = 0;
            while (unsent.TryPeek(out var call) && call.Bytes.Length <= output.Length - filled)
            {
                call.Bytes.CopyTo(output.AsMemory(filled));
                filled += call.Bytes.Length;
                unsent.Dequeue();
            }

            if (filled > 0)
            {
                return output.AsMemory(0, filled);
            }

            if (unsent.TryDequeue(out var large))
            {
                return large.Bytes;
            }

            sending = false;
            return default;
        }
    }

    private void CheckOldest()
    {
        lock (gate)
        {
            if (failure is not null)
            {
                return;
            }

            if (!unanswered.TryPeek(out var oldest) || oldest.Timeout <= TimeSpan.Zero)
            {
                watching = false;
                return;
            }

            var left = oldest.Timeout - time.GetElapsedTime(oldest.Since);
            if (left > TimeSpan.Zero)
            {
                watch.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Break(new RedisConnectionException($"read tcp {Name}: i/o timeout") { MayRetry = false });
    }
}
