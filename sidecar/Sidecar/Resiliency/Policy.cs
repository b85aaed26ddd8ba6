namespace Sidecar.Resiliency;

/// <summary>How calls to one target are retried, timed out and cut off. <see cref="None"/> costs nothing.</summary>
public abstract class Policy
{
    public static Policy None { get; } = new Direct();

    public virtual bool HasRetries => false;

    public abstract ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellation);

    public async ValueTask RunAsync(Func<CancellationToken, ValueTask> work, CancellationToken cancellation) =>
        await RunAsync(
            async token =>
            {
                await work(token);
                return true;
            },
            cancellation);

    private sealed class Direct : Policy
    {
        public override ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellation) => work(cancellation);
    }
}
