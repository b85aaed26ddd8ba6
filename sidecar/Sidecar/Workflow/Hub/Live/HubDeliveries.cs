using Sidecar.Protos.Workflow;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.Workflow.Hub.Commits;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>
/// Brings events to instances. One that a turn uses up soon is part of that turn's row and never gets one of its own; whoever brought it
/// is told when the one row or the other is durable.
/// </summary>
internal sealed class HubDeliveries(HubCore core)
{
    /// <summary>A worker takes real time, whatever clock workflows go by.</summary>
    private static readonly TimeProvider Real = TimeProvider.System;

    private readonly Queue<(long Since, LiveInstance Instance, InboxEntry Entry)> graced = new();
    private ITimer? timer;
    private bool isRunning;

    /// <summary>From a caller outside.</summary>
    public void Bring(string id, Func<HistoryEvent> arrival, bool resumes, TaskCompletionSource caller)
    {
        if (core.Instances.Find(id) is { } instance)
        {
            Bring(instance, arrival(), resumes, caller);
            return;
        }

        core.Finished.Find(
            id,
            row =>
            {
                if (core.Instances.Find(id) is { } begun)
                {
                    Bring(begun, arrival(), resumes, caller);
                }
                else if (row is null)
                {
                    caller.TrySetException(HubException.NoSuchInstance());
                }
                else
                {
                    caller.TrySetResult();
                }
            },
            reason => caller.TrySetException(reason));
    }

    /// <param name="patience">How many may wait for a turn together with this one; more of them get their rows at once.</param>
    public void Arrive(LiveInstance instance, HistoryEvent arrival, TaskCompletionSource? caller, int patience = int.MaxValue)
    {
        var entry = instance.Inbox.Add(arrival);
        entry.Caller = caller;
        if (instance.IsEnding)
        {
            return;
        }

        core.Turns.Wake(instance);
        if (instance.Phase is Phase.InTurn or Phase.Committing && core.Dispatcher.HasWorkers)
        {
            graced.Enqueue((Real.GetTimestamp(), instance, entry));
            if (graced.Count > patience)
            {
                EndGrace(atOnce: true);
            }
            else
            {
                Run();
            }
        }
        else
        {
            Write(instance);
        }
    }

    /// <summary>Brings an event that happens with the change and not without it.</summary>
    public Message Send(Change change, LiveInstance target, HistoryEvent arrival)
    {
        var entry = target.Inbox.Add(arrival);
        entry.IsReady = false;
        return new Message(target, entry, WriteInto(change, target));
    }

    public void Arrived(Message message)
    {
        message.Entry.IsReady = true;
        message.Written.ForEach(static entry => entry.Keep());
        Discard(message.Target);
        core.Turns.Wake(message.Target);
    }

    public void NotSent(Message message)
    {
        message.Written.ForEach(static entry => entry.IsWritten = false);
        message.Entry.Void();
        if (!message.Target.IsGone && !core.IsLost)
        {
            Write(message.Target);
            core.Turns.Wake(message.Target);
        }
    }

    /// <summary>An instance that has ended takes no events; whoever brought one need not know.</summary>
    public static void Discard(LiveInstance instance)
    {
        if (instance.IsGone)
        {
            foreach (var entry in instance.Inbox.Take(instance.Inbox.Count))
            {
                entry.Keep();
            }
        }
    }

    public void FailAll(Exception reason)
    {
        timer?.Dispose();
        graced.Clear();
        foreach (var entry in core.Instances.All.SelectMany(instance => instance.Inbox.Entries))
        {
            entry.Caller?.TrySetException(reason);
        }
    }

    /// <summary>Gives rows to all that has none yet.</summary>
    public void Write(LiveInstance instance)
    {
        List<InboxEntry> written = [];
        var change = new Change(
            instance,
            () => written.ForEach(static entry => entry.Keep()),
            reason => Refused(instance, written, reason));
        written = WriteInto(change, instance);
        if (written.Count > 0)
        {
            core.Commits.Add(change);
        }
    }

    private void Bring(LiveInstance instance, HistoryEvent arrival, bool resumes, TaskCompletionSource caller)
    {
        if (instance.Phase == Phase.Parked && !resumes && arrival.ExecutionTerminated is null)
        {
            caller.TrySetException(new HubException(HubFailure.Stalled, "workflow is stalled"));
            return;
        }

        if (arrival.ExecutionTerminated is not null && instance.Start is { } start)
        {
            // What is to end need not begin at its time first.
            core.Timers.Cancel(start);
        }

        Arrive(instance, arrival, caller);
        if (instance.Phase == Phase.Parked)
        {
            core.Turns.Resume(instance);
        }
    }

    private List<InboxEntry> WriteInto(Change change, LiveInstance instance)
    {
        var written = new List<InboxEntry>();
        foreach (var entry in instance.Inbox.Entries)
        {
            if (entry.HasRow && !entry.IsWritten && !instance.IsEnding)
            {
                var row = new InboxRow();
                if (entry.Event is { } arrival)
                {
                    row.Events.Add(arrival);
                }

                change.Put(core.Keys.Inbox(instance.Serial, entry.Sequence), row);
                entry.IsWritten = true;
                written.Add(entry);
            }
        }

        return written;
    }

    /// <summary>The store does not take them. Their numbers stay, or what comes later would not be found again.</summary>
    private void Refused(LiveInstance instance, List<InboxEntry> written, Exception reason)
    {
        foreach (var entry in written)
        {
            entry.Caller?.TrySetException(core.IsLost ? reason : new HubException(HubFailure.Refused, $"the state store does not take the event: {reason.Message}", reason));
            entry.Void();
        }

        if (!core.IsLost && !instance.IsGone)
        {
            Write(instance);
        }
    }

    private void Run()
    {
        if (!isRunning && graced.TryPeek(out var first))
        {
            isRunning = true;
            timer ??= Real.CreateTimer(_ => core.Loop.Post(() => EndGrace(atOnce: false)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            var wait = core.Settings.Grace - Real.GetElapsedTime(first.Since);
            timer.Change(wait > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void EndGrace(bool atOnce)
    {
        isRunning = false;
        while (graced.TryPeek(out var first) && (atOnce || Real.GetElapsedTime(first.Since) >= core.Settings.Grace))
        {
            graced.Dequeue();
            if (!first.Entry.IsWritten && !first.Instance.IsGone && first.Instance.Inbox.Contains(first.Entry))
            {
                Write(first.Instance);
            }
        }

        Run();
    }
}

/// <summary>An event on its way from one instance to another, and whatever had to be written before it.</summary>
internal sealed record Message(LiveInstance Target, InboxEntry Entry, List<InboxEntry> Written);
