namespace Sidecar.Testing;

/// <summary>A fault that strikes certain calls until it is disposed.</summary>
public class Fault : IDisposable
{
    private readonly Faults owner;
    private readonly FaultRule rule;
    private int seen;

    internal Fault(Faults owner, FaultRule rule, Moment moment, Failure failure)
    {
        (this.owner, this.rule) = (owner, rule);
        Moment = moment;
        Failure = failure;
    }

    /// <summary>The calls that it struck.</summary>
    public Ledger<SidecarCall> Struck { get; } = new();

    internal Moment Moment { get; }

    internal Failure Failure { get; }

    public void Dispose()
    {
        owner.Remove(this);
        GC.SuppressFinalize(this);
    }

    /// <summary>To be asked once for each call.</summary>
    internal bool IsFor(SidecarCall call) => rule.Matches(call) && rule.IsTurn(++seen);
}

/// <summary>When a fault strikes.</summary>
internal enum Moment
{
    Before,
    After,
    Later,
    HeldBefore,
    HeldAfter,
}
