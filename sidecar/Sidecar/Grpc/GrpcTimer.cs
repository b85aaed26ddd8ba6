namespace Sidecar.Grpc;

/// <summary>The end of a call: its own timeout or its caller's wish, whichever comes first.</summary>
internal sealed class GrpcTimer : IDisposable
{
    private readonly CancellationTokenSource? expiry;
    private readonly CancellationTokenSource? linked;

    public GrpcTimer(TimeSpan? timeout, TimeProvider time, CancellationToken cancellation)
    {
        Token = cancellation;
        if (timeout is { } wait)
        {
            expiry = new CancellationTokenSource(wait, time);
            linked = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellation);
            Token = linked.Token;
        }
    }

    public CancellationToken Token { get; }

    public bool IsExpired => expiry is { IsCancellationRequested: true };

    public void Dispose()
    {
        linked?.Dispose();
        expiry?.Dispose();
    }
}
