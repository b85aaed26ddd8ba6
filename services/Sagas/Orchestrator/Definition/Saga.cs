namespace Library.Sagas.Orchestrator.Definition;

/// <summary>
/// A whole deed of several participants: all its steps happen, or what happened is undone in reverse. Derive from it, say the steps in order in
/// <see cref="Define"/>, and add it with AddSagas. Its data is a record of its own type, which names no other saga.
/// </summary>
public abstract class Saga<TData> : Saga
    where TData : class
{
    internal sealed override Type DataType => typeof(TData);

    public sealed override IReadOnlyList<string> Violations() => [.. SagaLaw.Violations(Name, typeof(TData), Built().Steps, Built().Deadline)];

    public sealed override SagaPlan Plan() => new(Name, Built().Deadline, [.. Built().Steps.Select(step => step.Planned())]);

    /// <summary>The steps, in order: those that can be undone, at most one pivot, and behind it those that cannot fail for good.</summary>
    protected abstract void Define(SagaSteps<TData> steps);

    /// <summary>Under what else operators may search for one, for instance the id of what it makes. Never a person's name or address.</summary>
    protected virtual IEnumerable<string> Keys(TData data) => [];

    internal sealed override IReadOnlyList<IStep> Steps() => Built().Steps;

    internal sealed override IEnumerable<string> KeysOf(object data) => Keys((TData)data);

    private SagaSteps<TData> Built()
    {
        var steps = new SagaSteps<TData>();
        Define(steps);
        return steps;
    }
}

/// <summary>A saga without its data's type.</summary>
public abstract class Saga
{
    private protected Saga()
    {
    }

    /// <summary>Under which operators find it, and the name of its workflow: it must not change while one runs.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>What its machine goes by.</summary>
    public abstract SagaPlan Plan();

    /// <summary>All that its definition breaks; nothing when it is good.</summary>
    public abstract IReadOnlyList<string> Violations();

    internal abstract Type DataType { get; }

    internal abstract IReadOnlyList<IStep> Steps();

    internal abstract IEnumerable<string> KeysOf(object data);
}
