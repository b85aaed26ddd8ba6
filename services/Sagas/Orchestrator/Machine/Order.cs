using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;

namespace Library.Sagas.Orchestrator.Machine;

/// <summary>What is to be done next. All but <see cref="Wait"/> write the trail's entry of this number, once however often they are carried out.</summary>
public abstract record Order
{
    private Order()
    {
    }

    /// <summary>Send the command of an attempt.</summary>
    public sealed record Send(int Number, int Position, Direction Direction, int Attempt, IReadOnlyList<Note> Notes) : Order
    {
        internal string Topic(PlannedStep step) => (Direction == Direction.Forward ? step.DoTopic : step.UndoTopic)!;
    }

    /// <summary>Call the participant, and tell what it answered.</summary>
    public sealed record Call(int Number, int Position, Direction Direction, int Attempt, IReadOnlyList<Note> Notes) : Order;

    /// <summary>Show in the record how it stands.</summary>
    public sealed record Mark(int Number, SagaState State, Stop? Stop, IReadOnlyList<Note> Notes) : Order;

    /// <summary>Close the record.</summary>
    public sealed record End(int Number, SagaState State, IReadOnlyList<Reason> Reasons, IReadOnlyList<Note> Notes) : Order;

    /// <summary>Wait for the first of these events, or for a time if there is one.</summary>
    public sealed record Wait(IReadOnlyList<string> Events, DateTimeOffset? Until) : Order;

    /// <summary>Nothing is left to do.</summary>
    public sealed record Nothing : Order;
}
