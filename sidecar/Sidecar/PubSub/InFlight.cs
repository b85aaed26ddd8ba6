namespace Sidecar.PubSub;

/// <summary>The handlers of one subscription that are at work, so that its end can wait for them.</summary>
internal sealed class InFlight(TimeProvider time)
{
    /// <summary>How long the end of a subscription waits for a handler, as in daprd.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly TaskCompletionSource none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int running;
    private bool ended;

    public bool Ended => Volatile.Read(ref ended);

    /// <summary>False when the subscription has ended: the message is for somebody else.</summary>
    public bool TryEnter()
    {
        lock (gate)
        {
            running += ended ? 0 : 1;
            return !ended;
        }
    }

    public void Leave()
    {
        lock (gate)
        {
            if (--running == 0 && ended)
            {
                none.TrySetResult();
            }
        }
    }

    /// <summary>Lets nobody in any more and waits for those who are; whoever takes too long is cancelled.</summary>
    public async Task EndAsync(CancellationTokenSource handlers)
    {
        lock (gate)
        {
            ended = true;
            if (running == 0)
            {
                none.TrySetResult();
            }
        }

        try
        {
            await none.Task.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            await handlers.CancelAsync();
        }
    }
}
