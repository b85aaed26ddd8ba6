using System.Text.Json;

namespace Library.Sagas.Orchestrator.Definition;

/// <summary>One step: its action and its undo, and how patient the saga is with it. Derive from <see cref="MessageStep{TData,TDo,TUndo}"/> or <see cref="InvokeStep{TData}"/>.</summary>
public abstract class Step<TData> : IStep
    where TData : class
{
    private protected Step()
    {
    }

    /// <summary>Of the class, in kebab case; it must not change while a saga runs.</summary>
    public virtual string Name => JsonNamingPolicy.KebabCaseLower.ConvertName(GetType().Name);

    /// <summary>The app that does it: for whom a saga is said to wait.</summary>
    public abstract string Participant { get; }

    /// <summary>Which refusals of the action are worth another attempt.</summary>
    public virtual Retries Retries => Retries.None;

    /// <summary>Which refusals of the undo are worth another attempt, before a person must look at it.</summary>
    public virtual Retries UndoRetries => Retries;

    /// <summary>After so long without an answer the saga is shown as waiting.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(10);

    /// <summary>After so long without an answer the step is given up and undone, where it can be: before the pivot.</summary>
    public virtual TimeSpan? Deadline => null;

    internal StepKind Kind { get; set; }

    string IStep.Name => Name;

    internal abstract PlannedStep Planned();

    PlannedStep IStep.Planned() => Planned();

    private protected PlannedStep Planned(bool isInvoked, string? doTopic, bool hasUndo, string? undoTopic) =>
        new(Name, Kind, Participant, isInvoked, hasUndo, Retries, UndoRetries, Patience, Deadline, doTopic, undoTopic);
}

internal interface IStep
{
    string Name { get; }

    PlannedStep Planned();
}

public enum StepKind
{
    Compensatable,
    Pivot,
    Retriable,
}
