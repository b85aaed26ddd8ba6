using Library.Contracts;

namespace Library.Sagas.Participant;

/// <summary>How an attempt at a step or at its undo ended: done to the aggregate <see cref="Id"/>, or refused for all the <see cref="Reasons"/>.</summary>
public sealed record StepOutcome(int Attempt, bool Done, string? Id, long? Version, IReadOnlyList<Reason>? Reasons)
{
    public static StepOutcome OfSuccess(int attempt, string? id, long? version) => new(attempt, Done: true, id, version, null);

    public static StepOutcome OfRefusal(int attempt, IReadOnlyList<Reason> reasons) => new(attempt, Done: false, null, null, reasons);

    /// <summary>The reply to one command: the outcome may be that of another attempt, the reply is for the attempt that asked.</summary>
    public Reply AsReply(string topic, string sagaId, string step, int attempt) => new(topic, sagaId, step, attempt, Done, Id, Version, Reasons);
}
