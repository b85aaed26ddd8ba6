namespace Sidecar.Testing;

/// <summary>The faults of one sidecar. Each counts the calls that it is for; the first one strikes.</summary>
public sealed class Faults
{
    private readonly Lock gate = new();
    private readonly List<Fault> faults = [];

    internal Faults()
    {
    }

    /// <summary>Calls of that name, one of <see cref="Call"/>.</summary>
    public FaultRule On(string name) => new(this, call => call.Name == name);

    public FaultRule On(Predicate<SidecarCall> condition) => new(this, condition);

    /// <summary>The call with that number, for tests that try every one.</summary>
    public FaultRule At(int number) => new(this, call => call.Number == number);

    /// <summary>Every call.</summary>
    public FaultRule Everywhere() => new(this, static _ => true);

    /// <summary>From now on nothing fails. What is held goes on being held, what is to land later can still land.</summary>
    public void Clear()
    {
        lock (gate)
        {
            faults.Clear();
        }
    }

    internal Fault Add(Fault fault)
    {
        lock (gate)
        {
            faults.Add(fault);
        }

        return fault;
    }

    internal void Remove(Fault fault)
    {
        lock (gate)
        {
            faults.Remove(fault);
        }
    }

    internal Fault? Strike(SidecarCall call)
    {
        Fault? first;
        lock (gate)
        {
            first = faults.FindAll(fault => fault.IsFor(call)).FirstOrDefault();
        }

        first?.Struck.Add(call);
        return first;
    }
}
