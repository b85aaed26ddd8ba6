using System.Buffers;
using System.Threading.Tasks.Sources;

namespace Sidecar.State.Redis;

/// <summary>
/// Commands on their way and whoever waits for their answers. One attempt at a time: after a failure the same call may be sent
/// again on another connection.
/// </summary>
internal sealed class RedisCall(byte[] buffer, int length, int replies) : IValueTaskSource<ReadOnlyMemory<byte>>
{
    private ManualResetValueTaskSourceCore<ReadOnlyMemory<byte>> source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration registration;
    private int settled;

    public int Replies => replies;

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    public TimeSpan Timeout { get; init; }

    /// <summary>When it was handed to the connection, by the clock of the connection.</summary>
    public long Since { get; set; }

    /// <summary>Before each attempt.</summary>
    public void Begin()
    {
        source.Reset();
        settled = 0;
    }

    public ValueTask<ReadOnlyMemory<byte>> AnswerAsync(CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
        {
            registration = cancellation.UnsafeRegister(
                static (call, token) => ((RedisCall)call!).Settle(default, new OperationCanceledException(token)),
                this);
        }

        return new(this, source.Version);
    }

    public void Answer(ReadOnlyMemory<byte> answer) => Settle(answer, null);

    public void Fail(Exception problem) => Settle(default, problem);

    /// <summary>After an answer nobody writes these bytes any more. After anything else somebody might, so they are left to the collector.</summary>
    public void Release() => ArrayPool<byte>.Shared.Return(buffer);

    ReadOnlyMemory<byte> IValueTaskSource<ReadOnlyMemory<byte>>.GetResult(short token)
    {
        registration.Unregister();
        return source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadOnlyMemory<byte>>.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource<ReadOnlyMemory<byte>>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);

    private void Settle(ReadOnlyMemory<byte> answer, Exception? problem)
    {
        if (Interlocked.Exchange(ref settled, 1) != 0)
        {
            return;
        }

        if (problem is null)
        {
            source.SetResult(answer);
        }
        else
        {
            source.SetException(problem);
        }
    }
}
