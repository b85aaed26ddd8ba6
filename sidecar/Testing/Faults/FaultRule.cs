namespace Sidecar.Testing;

/// <summary>Which calls a fault is for; ends with what is to happen to them.</summary>
public sealed class FaultRule
{
    private readonly Faults owner;
    private readonly List<Predicate<SidecarCall>> conditions = [];
    private Predicate<int> turn = static _ => true;

    internal FaultRule(Faults owner, Predicate<SidecarCall> condition)
    {
        this.owner = owner;
        conditions.Add(condition);
    }

    /// <summary>Of this store, broker, binding or invoked app.</summary>
    public FaultRule Component(string name) => Where(call => call.Component == name);

    public FaultRule Topic(string topic) => Where(call => call.Topic == topic);

    /// <summary>That name this key among others.</summary>
    public FaultRule Key(string key) => Where(call => call.Keys.Contains(key));

    /// <summary>Of one instance of the service.</summary>
    public FaultRule By(TestService service) => Where(call => call.Service == service.Name);

    public FaultRule Where(Predicate<SidecarCall> condition)
    {
        conditions.Add(condition);
        return this;
    }

    /// <summary>Only the first of them.</summary>
    public FaultRule Once() => Nth(1);

    /// <summary>Only the n-th of them, from 1.</summary>
    public FaultRule Nth(int n)
    {
        turn = place => place == n;
        return this;
    }

    /// <summary>The first n of them.</summary>
    public FaultRule Times(int n)
    {
        turn = place => place <= n;
        return this;
    }

    /// <summary>The call fails and nothing happens.</summary>
    public Fault Before(Failure? failure = null) => owner.Add(new Fault(owner, this, Moment.Before, failure ?? Failure.Unavailable));

    /// <summary>The sidecar does it, and the caller is told that it failed.</summary>
    public Fault After(Failure? failure = null) => owner.Add(new Fault(owner, this, Moment.After, failure ?? Failure.Unavailable));

    /// <summary>The caller is told that it failed; it happens when the test says so.</summary>
    public Landing LandLater(Failure? failure = null) => (Landing)owner.Add(new Landing(owner, this, failure ?? Failure.DeadlineExceeded));

    /// <summary>The call waits before it reaches the sidecar until the test lets it go. It happens also when its caller has given up meanwhile.</summary>
    public Hold Hold() => (Hold)owner.Add(new Hold(owner, this, Moment.HeldBefore));

    /// <summary>The sidecar does it, and its answer waits until the test lets it go.</summary>
    public Hold HoldAnswer() => (Hold)owner.Add(new Hold(owner, this, Moment.HeldAfter));

    internal bool Matches(SidecarCall call) => conditions.TrueForAll(condition => condition(call));

    internal bool IsTurn(int place) => turn(place);
}
