using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Sidecar.Workflow.Turns;

/// <summary>
/// One step of one instance: the events of its inbox go to a worker together with its history, and the answer becomes events and effects.
/// Beginning changes nothing (but for a turn that is <see cref="Foregone"/>); a turn that is lost is begun again. There is at most one turn
/// of an instance at a time.
/// </summary>
internal sealed class Turn
{
    private readonly TurnLimits limits;
    private readonly int consumed;
    private readonly byte[] newBytes;
    private readonly ExecutionTerminatedEvent? terminated;

    private Turn(InstanceState state, List<HistoryEvent> events, int consumed, TurnLimits limits)
    {
        State = state;
        NewEvents = events;
        PastCount = state.History.Count;
        this.consumed = consumed;
        this.limits = limits;
        newBytes = EventBytes.Write(events);
        terminated = events.Find(one => one.EventTypeCase == Kind.ExecutionTerminated)?.ExecutionTerminated;
    }

    public InstanceState State { get; }

    /// <summary>WorkflowStarted, then what is left of the inbox without duplicates.</summary>
    public IReadOnlyList<HistoryEvent> NewEvents { get; }

    /// <summary>Null when a worker must be asked. Otherwise the turn is over: nothing was new, the instance has ended, or its history is too large to send.</summary>
    public TurnOutcome? Foregone { get; private init; }

    /// <summary>How many events of history a worker has seen as past events once it got this turn; the most that its next item may leave out.</summary>
    public int PastCount { get; }

    internal ReadOnlySpan<byte> NewBytes => newBytes;

    /// <summary>Whether the workflow stands still after these events.</summary>
    internal bool IsSuspended =>
        NewEvents.LastOrDefault(one => one.EventTypeCase is Kind.ExecutionSuspended or Kind.ExecutionResumed) is { } last
            ? last.EventTypeCase == Kind.ExecutionSuspended
            : State.IsSuspended;

    /// <summary>A turn with these inbox events, in this order. <paramref name="now"/> becomes the workflow's clock, unless that is ahead already.</summary>
    public static Turn Begin(InstanceState state, IReadOnlyList<HistoryEvent> inbox, Timestamp now, TurnLimits limits)
    {
        var events = Arrivals.Sift(state, inbox);
        if (events.Count == 0)
        {
            return new Turn(state, events, inbox.Count, limits)
            {
                Foregone = new TurnOutcome(TurnKind.Applied) { Consumed = inbox.Count, CustomStatus = state.CustomStatus, Ended = state.Ended },
            };
        }

        var clock = state.Clock is { } latest && latest > now ? latest : now;
        events.Insert(0, new HistoryEvent { EventId = -1, Timestamp = clock, WorkflowStarted = new WorkflowStartedEvent() });
        var turn = new Turn(state, events, inbox.Count, limits);
        return WorkItemBytes.Size(turn) <= limits.Guard ? turn : new Turn(state, events, inbox.Count, limits) { Foregone = turn.TooLarge(now) };
    }

    /// <summary>What a worker gets, as an encoded WorkItem. With <paramref name="cached"/> &gt; 0 the first so many events are left out, and said to be.</summary>
    public byte[] ToWorkItem(string completionToken, int cached) => WorkItemBytes.Of(this, completionToken, cached);

    /// <summary>Takes the worker's answer. Unless it is rejected, the state has moved on when this returns.</summary>
    public TurnOutcome Apply(WorkflowResponse response, Timestamp now)
    {
        var actions = new ActionList(this, terminated, now, limits);
        actions.Read(response.Actions);
        if (actions.Misfit is { } misfit)
        {
            return TurnOutcome.Rejected(misfit);
        }

        if (actions.Stall is { } stall)
        {
            return Stalling.Of(State, stall.Reason, stall.Description, now);
        }

        if (terminated is null && PatchLaw.Mismatch(State, response) is { } mismatch)
        {
            return Stalling.Of(State, StalledReason.PatchMismatch, mismatch, now);
        }

        var status = StatusAfter(response);
        return actions.Continuing is { } again
            ? Continuing.From(State, again, status, consumed, now)
            : Finish(actions, PatchLaw.Kept(State, response), status);
    }

    private TurnOutcome TooLarge(Timestamp now)
    {
        if (terminated is null)
        {
            return Stalling.Of(State, StalledReason.PayloadSizeExceeded, Stalling.TooLarge("the history of the workflow", limits), now);
        }

        // Ending it needs no worker; it is the only way out for someone who cannot raise the limit.
        var actions = new ActionList(this, terminated, now, limits);
        actions.Read([]);
        return Finish(actions, null, State.CustomStatus);
    }

    private TurnOutcome Finish(ActionList actions, WorkflowVersion? version, string? customStatus)
    {
        var head = version is null ? newBytes : EventBytes.Write([Versioned(version), .. NewEvents.Skip(1)]);
        byte[] bytes = [.. head, .. EventBytes.Write(actions.Events)];
        var count = NewEvents.Count + actions.Events.Count;
        var deleted = new List<int>();
        foreach (var one in NewEvents)
        {
            State.Take(ReferenceEquals(one, NewEvents[0]) && version is not null ? Versioned(version) : one, null, deleted);
        }

        var activity = 0;
        foreach (var one in actions.Events)
        {
            State.Take(one, one.EventTypeCase == Kind.TaskScheduled ? actions.Activities[activity++] : null, deleted);
        }

        State.Append(bytes, count, customStatus);
        if (State.Ended)
        {
            deleted.AddRange(State.OpenTimers.Keys);
        }

        return new TurnOutcome(TurnKind.Applied)
        {
            Events = bytes,
            EventCount = count,
            Consumed = consumed,
            CustomStatus = customStatus,
            Ended = State.Ended,
            Activities = actions.Activities,
            Timers = State.Ended ? [] : actions.Timers,
            TimersToDelete = deleted,
            Children = actions.Children,
            Messages = actions.Messages,
        };
    }

    private HistoryEvent Versioned(WorkflowVersion version) =>
        new() { EventId = -1, Timestamp = NewEvents[0].Timestamp, WorkflowStarted = new WorkflowStartedEvent { Version = version } };

    /// <summary>
    /// An answer without a custom status clears it: that is how a workflow does so. But .NET workers answer suspensions and terminations
    /// without having run the workflow, and such an answer says nothing about the status.
    /// </summary>
    private string? StatusAfter(WorkflowResponse response)
    {
        var silent = response.Actions.Count == 0
            ? NewEvents[^1].EventTypeCase == Kind.ExecutionSuspended
            : terminated is not null || PatchLaw.OnlyTerminates(response);
        return response.CustomStatus ?? (silent ? State.CustomStatus : null);
    }
}

/// <summary>The size that no message may exceed; turns stall at 95 % of it.</summary>
internal sealed record TurnLimits(int MaxMessageBytes)
{
    public int Guard => (int)(MaxMessageBytes * 0.95);
}
