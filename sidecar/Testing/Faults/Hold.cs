namespace Sidecar.Testing;

/// <summary>Calls that wait until the test lets them go.</summary>
public sealed class Hold : Fault
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Ledger<SidecarCall> held = new();

    internal Hold(Faults owner, FaultRule rule, Moment moment)
        : base(owner, rule, moment, Failure.Unavailable)
    {
    }

    /// <summary>The first call that waits, as soon as one does.</summary>
    public async Task<SidecarCall> Arrived(TimeSpan? within = null) => (await held.First(1, within))[0];

    /// <summary>Lets all go that wait, and all that come.</summary>
    public void Release() => released.TrySetResult();

    internal Task Wait(SidecarCall call)
    {
        held.Add(call);
        return released.Task;
    }
}
