namespace Library.Sagas.Orchestrator.Definition;

/// <summary>
/// A whole deed of several participants: all its steps happen, or what happened is undone in reverse. Derive from it, say the steps in order in
/// <see cref="Define"/>, and add it with AddSagas. Its data is a record of its own type, which names no other saga.
/// </summary>
public abstract class Saga<TData> : ISaga
    where TData : class
{
    /// <summary>Under which operators find it, and the name of its workflow: it must not change while one runs.</summary>
    public virtual string Name => GetType().Name;

    Type ISaga.DataType => typeof(TData);

    public IEnumerable<string> Violations() => SagaLaw.Violations(Name, typeof(TData), Defined(), WholeDeadline());

    public SagaPlan Plan() => new(Name, WholeDeadline(), [.. Defined().Select(step => step.Planned())]);

    /// <summary>The steps, in order: those that can be undone, at most one pivot, and behind it those that cannot fail for good.</summary>
    protected abstract void Define(SagaSteps<TData> steps);

    /// <summary>Under what else operators may search for one, for instance the id of what it makes. Never a person's name or address.</summary>
    protected virtual IEnumerable<string> Keys(TData data) => [];

    IReadOnlyList<IStep> ISaga.Steps() => [.. Defined()];

    IEnumerable<string> ISaga.Keys(object data) => Keys((TData)data);

    private SagaSteps<TData> Built()
    {
        var steps = new SagaSteps<TData>();
        Define(steps);
        return steps;
    }

    private IReadOnlyList<Step<TData>> Defined() => Built().Steps;

    private TimeSpan? WholeDeadline() => Built().Deadline;
}

/// <summary>A saga without its data's type.</summary>
internal interface ISaga
{
    string Name { get; }

    Type DataType { get; }

    IReadOnlyList<IStep> Steps();

    IEnumerable<string> Keys(object data);

    IEnumerable<string> Violations();

    SagaPlan Plan();
}
