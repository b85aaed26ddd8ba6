namespace Sidecar.Resiliency;

/// <summary>
/// How calls to one target are retried, timed out and cut off. <see cref="None"/> costs nothing. What the work throws comes out as
/// it is, except a <see cref="PermanentException"/>, whose inner exception comes out; a policy itself throws
/// <see cref="CircuitOpenException"/> and, for an attempt that took too long, <see cref="TimeoutException"/>.
/// </summary>
public abstract class Policy
{
    /// <summary>The words of daprd for an attempt that took too long.</summary>
    public const string DeadlineExceeded = "context deadline exceeded";

    public static Policy None { get; } = new Direct();

    public virtual bool HasRetries => false;

    public abstract ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation);

    public ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellation) =>
        RunAsync(static (work, token) => work(token), work, cancellation);

    public async ValueTask RunAsync(Func<CancellationToken, ValueTask> work, CancellationToken cancellation) =>
        await RunAsync(
            static async (work, token) =>
            {
                await work(token);
                return true;
            },
            work,
            cancellation);

    private sealed class Direct : Policy
    {
        public override ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation)
        {
            try
            {
                var running = work(state, cancellation);
                return running.IsCompletedSuccessfully ? running : Unwrapped(running);
            }
            catch (PermanentException permanent)
            {
                permanent.Rethrow();
                throw;
            }
        }

        private static async ValueTask<T> Unwrapped<T>(ValueTask<T> running)
        {
            try
            {
                return await running;
            }
            catch (PermanentException permanent)
            {
                permanent.Rethrow();
                throw;
            }
        }
    }
}
