using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Participant;

namespace Library.Sagas.Testing;

/// <summary>Messages on their way, and the clock that moves from one arrival to the next.</summary>
internal sealed class TrialNetwork<TWorld>(DateTimeOffset start, TimeSpan outage, Func<TrialMessage<TWorld>, StepOutcome> handle)
    where TWorld : class
{
    private static readonly TimeSpan Way = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Redelivery = TimeSpan.FromSeconds(1);
    private readonly PriorityQueue<Action, (DateTimeOffset At, int Number)> _coming = new();
    private readonly List<(string Event, Reply Reply)> _raised = [];
    private int _number;

    public DateTimeOffset Now { get; private set; } = start;

    public void Send(TrialMessage<TWorld> message) => At(Way, () => Arrive(message, message.Step.Strikes(message.Direction)));

    /// <summary>A reply that has come and is one of those; others wait until somebody asks for them.</summary>
    public Reply? Take(IReadOnlyList<string> events)
    {
        var at = _raised.FindIndex(raised => events.Contains(raised.Event));
        if (at < 0)
        {
            return null;
        }

        var reply = _raised[at].Reply;
        _raised.RemoveAt(at);
        return reply;
    }

    /// <summary>Moves to the next arrival, or to that time if it is earlier; false when nothing will ever come.</summary>
    public bool MovesOn(DateTimeOffset? until, out bool isTime)
    {
        var isComing = _coming.TryPeek(out var arrive, out var when);
        isTime = until is { } end && (!isComing || when.At > end);
        if (isTime)
        {
            Now = Later(until!.Value);
        }
        else if (isComing)
        {
            _coming.Dequeue();
            Now = Later(when.At);
            arrive!();
        }

        return isTime || isComing;
    }

    private DateTimeOffset Later(DateTimeOffset time) => time > Now ? time : Now;

    private void At(TimeSpan later, Action arrive) => _coming.Enqueue(arrive, (Now + later, _number++));

    private void Arrive(TrialMessage<TWorld> message, FaultKind? fault)
    {
        switch (fault)
        {
            case FaultKind.TimesOut:
                message.Step.DownUntil = Now + outage;
                break;
            case FaultKind.Overtaken:
                At(outage, () => Arrive(message, null));
                return;
            case FaultKind.FailsBefore:
                At(Redelivery, () => Arrive(message, null));
                return;
            case FaultKind.DuplicateCommand:
                At(outage * 2, () => Arrive(message, null));
                break;
            case FaultKind.FailsAfter:
                At(Redelivery, () => Arrive(message, null));
                break;
        }

        if (message.Step.DownUntil > Now)
        {
            At(message.Step.DownUntil - Now, () => Arrive(message, null));
            return;
        }

        var reply = handle(message).AsReply(message.Topic, TrialCast<TWorld>.SagaId, message.Step.Plan.Name, message.Attempt);
        Answer(reply, fault is FaultKind.LateReply ? outage : fault is FaultKind.FailsAfter ? Redelivery * 5 : Way);
        if (fault is FaultKind.DuplicateReply)
        {
            Answer(reply, Way);
            Answer(reply, outage * 2);
        }
    }

    private void Answer(Reply reply, TimeSpan later) => At(later, () => _raised.Add((EventNames.Reply(reply.Command, reply.Step, reply.Attempt), reply)));
}

/// <summary>One attempt on its way to its participant.</summary>
internal sealed record TrialMessage<TWorld>(TrialStep<TWorld> Step, Direction Direction, int Attempt, Func<TWorld, StepOutput?> Effect)
    where TWorld : class
{
    public string Topic => (Direction == Direction.Forward ? Step.Plan.DoTopic : Step.Plan.UndoTopic) ?? "";
}
