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

    internal bool Strikes(SidecarCall call)
    {
        if (!rule.Matches(call) || !rule.IsTurn(++seen))
        {
            return false;
        }

        Struck.Add(call);
        return true;
    }
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
