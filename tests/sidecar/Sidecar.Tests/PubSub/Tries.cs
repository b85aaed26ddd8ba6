using System.Collections.Concurrent;
using Sidecar.Resiliency;

namespace Sidecar.Tests.PubSub;

/// <summary>A policy that tries so many times, without a pause, and remembers what went wrong.</summary>
internal sealed class Tries(int most) : Policy
{
    public ConcurrentQueue<Exception> Failures { get; } = new();

    public override bool HasRetries => true;

    public override async ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await work(state, cancellation);
            }
            catch (Exception failure)
            {
                Failures.Enqueue(failure);
                if (Failures.Count >= most)
                {
                    throw;
                }
            }
        }
    }
}
