using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Hub.Commits;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>What follows from a turn: <see cref="Apply"/> once it is durable, <see cref="Undo"/> when it never will be.</summary>
internal sealed class TurnEffects(HubCore core, LiveInstance instance, Turn? turn, TurnOutcome outcome)
{
    private readonly List<LiveInstance> children = [];
    private readonly List<Message> messages = [];

    /// <summary>How the instance looks once the turn is durable.</summary>
    public InstanceView? View { get; set; }

    public List<InboxEntry> Taken { get; set; } = [];

    /// <summary>Of the inbox before this turn.</summary>
    public long Consumed { get; set; }

    public void Start(Change change, ChildToStart child, Vacancy? vacancy)
    {
        if (child.TargetAppId is null && core.Instances.Find(child.InstanceId) is { } there)
        {
            vacancy = Creation.Judge(there.View, child.Started) == CreationVerdict.Same ? null : Vacancy.Active(child.InstanceId);
            if (vacancy is null)
            {
                return;
            }
        }

        if (child.TargetAppId is null && vacancy is { Refusal: null })
        {
            children.Add(core.Starts.Add(change, child.Started, vacancy, child.History));
        }
        else if (!child.Detached && !outcome.Ended)
        {
            messages.Add(core.Deliveries.Send(change, instance, Arrivals.ChildRefused(child, core.Clock.Next())));
        }
    }

    public void Send(Change change, MessageToInstance message)
    {
        if (message.TargetAppId is null && core.Instances.Find(message.InstanceId) is { } target && !target.IsEnding && !(outcome.Ended && target == instance)
            && (message.ExecutionId is null || message.ExecutionId == target.State.ExecutionId))
        {
            messages.Add(core.Deliveries.Send(change, target, message.Event));
        }
    }

    public void Apply()
    {
        instance.Failures = 0;
        instance.Problem = null;
        instance.View = View;
        Taken.ForEach(static entry => entry.Keep());
        if (turn is not null)
        {
            core.Watch.TurnCommitted(instance, turn, outcome);
        }

        foreach (var timer in outcome.TimersToDelete)
        {
            instance.EndTimer(timer, core.Timers);
        }

        if (outcome.Ended)
        {
            End();
        }

        foreach (var timer in outcome.Timers)
        {
            core.Turns.SetTimer(instance, timer);
        }

        messages.ForEach(core.Deliveries.Arrived);
        foreach (var child in children)
        {
            core.Starts.Schedule(child);
            core.Starts.Began(child);
        }

        foreach (var activity in outcome.Activities)
        {
            core.Activities.Run(instance, activity);
        }

        core.Waiters.Tell(View!);
        if (!outcome.Ended)
        {
            GoOn();
        }
    }

    public void Undo(Exception reason)
    {
        if (core.IsLost || instance.IsGone)
        {
            Taken.ForEach(entry => entry.Caller?.TrySetException(reason));
        }

        if (core.IsLost)
        {
            return;
        }

        instance.IsEnding = false;
        instance.Inbox.PutBack(Taken, Consumed);
        messages.ForEach(core.Deliveries.NotSent);
        children.ForEach(child => core.Starts.NotBegun(child, reason));
        if (!instance.IsGone)
        {
            core.Revival.Reload(instance, $"the state store does not take its turn: {reason.Message}");
        }
    }

    private void End()
    {
        core.Instances.Remove(instance);
        core.Finished.Ended(instance, View!);
        core.Turns.Leave(instance);
        HubDeliveries.Discard(instance);
    }

    private void GoOn()
    {
        if (outcome.Kind == TurnKind.Stalled)
        {
            core.Turns.Park(instance, outcome.Reason ?? "it is stalled", awaitsWorker: true);
            return;
        }

        if (outcome.Continuation is { Pause: true })
        {
            instance.Start = core.Timers.Add(core.Clock.UtcNow.UtcTicks + TimeSpan.TicksPerSecond, () => core.Turns.Wake(instance));
        }

        core.Turns.Rest(instance);
    }
}
