namespace Library.Sagas.Orchestrator.Definition;

/// <summary>
/// A step that calls its participant and has the answer at once. Override <see cref="Undo"/> unless it is a pivot or behind it. Calls are repeated when they
/// fail, so both must bear repetition.
/// </summary>
public abstract class InvokeStep<TData> : Step<TData>, IInvokeStep
    where TData : class
{
    private bool HasUndo => GetType().GetMethod(nameof(Undo), System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.DeclaringType != typeof(InvokeStep<TData>);

    /// <summary>Does it. What it throws is a failure that time mends; what it refuses is part of the result.</summary>
    protected abstract Task<StepResult> Do(InvokeCall<TData> call, CancellationToken cancellation);

    /// <summary>Undoes what may have been done.</summary>
    protected virtual Task<StepResult> Undo(InvokeCall<TData> call, CancellationToken cancellation) => throw new InvalidOperationException($"The step {Name} has no undo.");

    Task<StepResult> IInvokeStep.Run(SagaCall call, bool isUndo, HttpClient participant, IServiceProvider services, CancellationToken cancellation)
    {
        var made = new InvokeCall<TData>(call, isUndo, participant, services);
        return isUndo ? Undo(made, cancellation) : Do(made, cancellation);
    }

    internal override PlannedStep Planned() => Planned(isInvoked: true, doTopic: null, HasUndo, undoTopic: null);
}

internal interface IInvokeStep
{
    Task<StepResult> Run(SagaCall call, bool isUndo, HttpClient participant, IServiceProvider services, CancellationToken cancellation);
}
