namespace Dapr.Workflow.Turns;

#pragma warning disable CA1064 // It never leaves its turn: what leaves is its message.
/// <summary>The code does not do again what history says that it did.</summary>
internal sealed class NonDeterminismException(string message) : Exception(message)
{
    public const string ErrorType = "NonDeterminismError";

    /// <summary>An event that does not fit the action that the code asked for under its number.</summary>
    public static NonDeterminismException Of(string workflow, Protocol.HistoryEvent recorded, Protocol.WorkflowAction? action) =>
        new($"Workflow '{workflow}' is not deterministic: history has {Words.Of(recorded)}, but the code {(action is null ? $"did not ask for anything as number {recorded.EventId}" : $"asked for {Words.Of(action)}")}. " +
            "Has the code of a running instance changed, or does it use time, random numbers or tasks that are not its context's?");

    /// <summary>An ending of something else than what the code awaits under that number.</summary>
    public static NonDeterminismException Of(string workflow, Protocol.HistoryEvent recorded, OpenTask awaited) =>
        new($"Workflow '{workflow}' is not deterministic: history has {Words.Of(recorded)}, but as number {awaited.Id} the code awaits {awaited.Kind.Words} '{awaited.Name}'.");

    /// <summary>The code waits, but for nothing that history could ever end.</summary>
    public static NonDeterminismException NothingAwaited(string workflow) =>
        new($"Workflow '{workflow}' is not deterministic: it awaits a task that is not its context's, so nothing can ever wake it. Workflow code may await activities, timers, events and child workflows only.");
}
