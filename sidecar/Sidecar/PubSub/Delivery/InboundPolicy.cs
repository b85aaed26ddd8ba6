using Sidecar.Resiliency;

namespace Sidecar.PubSub.Delivery;

/// <summary>
/// A policy whose pauses end when the subscription stops and that begins no attempt from then on; the attempt that is running may come
/// to its end.
/// </summary>
internal sealed class InboundPolicy(Policy policy, CancellationToken stopping)
{
    public bool Repeats => policy != Policy.None;

    public async ValueTask RunAsync(Func<CancellationToken, ValueTask> attempt, CancellationToken cancellation)
    {
        if (!Repeats)
        {
            await attempt(cancellation);
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        await policy.RunAsync(
            async token =>
            {
                stopping.ThrowIfCancellationRequested();
                using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await using var timeout = token.UnsafeRegister(Cancel, running);
                await attempt(running.Token);
            },
            ending.Token);

        void Cancel(object? running)
        {
            if (!stopping.IsCancellationRequested)
            {
                ((CancellationTokenSource)running!).Cancel();
            }
        }
    }
}
