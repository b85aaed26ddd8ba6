namespace Library.Sagas.Orchestrator.Definition;

/// <summary>Collects the steps of a saga in their order.</summary>
public sealed class SagaSteps<TData>
    where TData : class
{
    private readonly List<Step<TData>> _steps = [];

    internal IReadOnlyList<Step<TData>> Steps => _steps;

    internal TimeSpan? Deadline { get; private set; }

    /// <summary>A step that is undone when a later one is refused, or when time is up.</summary>
    public SagaSteps<TData> Step<TStep>()
        where TStep : Step<TData>, new() => Add(new TStep(), StepKind.Compensatable);

    /// <summary>The step that decides: before it the saga may still be undone, once it is done the rest must happen.</summary>
    public SagaSteps<TData> Pivot<TStep>()
        where TStep : Step<TData>, new() => Add(new TStep(), StepKind.Pivot);

    /// <summary>A step behind the pivot, which is tried until it is done.</summary>
    public SagaSteps<TData> Retriable<TStep>()
        where TStep : Step<TData>, new() => Add(new TStep(), StepKind.Retriable);

    /// <summary>When the pivot has not been ordered by then, everything is undone.</summary>
    public SagaSteps<TData> Within(TimeSpan deadline)
    {
        Deadline = deadline;
        return this;
    }

    private SagaSteps<TData> Add(Step<TData> step, StepKind kind)
    {
        step.Kind = kind;
        _steps.Add(step);
        return this;
    }
}
