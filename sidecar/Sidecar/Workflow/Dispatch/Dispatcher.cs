using Sidecar.Configuration;

namespace Sidecar.Workflow.Dispatch;

/// <summary>
/// Hands ready work to the streams of workers, within what each may have in hand and within the limits of the configuration. Not thread-safe: it
/// lives on the loop of its hub.
/// </summary>
internal sealed class Dispatcher(WorkflowConfiguration configuration, TimeProvider time, string tokenPrefix = "")
{
    private readonly WorkQueue turns = new(DispatchLimits.OfTurns(configuration));
    private readonly WorkQueue activities = new(DispatchLimits.OfActivities(configuration));
    private readonly List<WorkStream> streams = [];
    private readonly Dictionary<(WorkKind, string, int), Work> forgotten = [];
    private long tickets;
    private bool isPumping;
    private bool hasChanged;

    public bool HasWorkers => streams.Count > 0;

    public IReadOnlyList<WorkStream> Streams => streams;

    public int Ready(WorkKind kind) => Queue(kind).Ready;

    public int Out(WorkKind kind) => Queue(kind).Out;

    /// <summary>A worker is there.</summary>
    public void Open(WorkStream stream)
    {
        stream.IsOpen = true;
        streams.Add(stream);
        Pump();
    }

    /// <summary>A worker is gone. What it had goes to others, unless its maker wants that no more.</summary>
    public void Close(WorkStream stream)
    {
        if (!streams.Remove(stream))
        {
            return;
        }

        stream.IsOpen = false;
        stream.End(null);

        // The last one first, so that each goes before what was sent after it.
        var inHand = stream.InHand.ToList();
        for (var i = inHand.Count - 1; i >= 0; i--)
        {
            var work = inHand[i];
            var isForgotten = work.State == WorkState.Forgotten;
            Return(work, isAnswered: false);
            if (isForgotten)
            {
                forgotten.Remove(work.Key);
                continue;
            }

            work.Breaks++;
            if (work.Broken() && work.State == WorkState.Idle)
            {
                Enqueue(work, isFirst: true);
            }
        }

        Pump();
    }

    /// <summary>Ends every stream: this hub serves nobody any more.</summary>
    public void CloseAll(Exception? reason)
    {
        foreach (var stream in streams)
        {
            stream.IsOpen = false;
            stream.End(reason);
        }

        streams.Clear();
    }

    /// <summary>Goes out as soon as a worker has room for it.</summary>
    public void Add(Work work)
    {
        work.Ticket = ++tickets;
        Enqueue(work, isFirst: false);
        Pump();
    }

    /// <summary>Need not be done any more. What is out stays in the worker's hand until it answers; that answer counts for nothing.</summary>
    public void Remove(Work work)
    {
        if (work.State == WorkState.Ready)
        {
            work.State = WorkState.Idle;
            Queue(work.Kind).Remove(work);
        }
        else if (work.State == WorkState.Out)
        {
            work.State = WorkState.Forgotten;
            if (forgotten.Remove(work.Key, out var older))
            {
                Return(older, isAnswered: false);
            }

            forgotten.Add(work.Key, work);
        }
    }

    /// <summary>A worker has answered. False when the answer is of no use: the work is not out, or the answer is one to another sending.</summary>
    public bool Complete(Work work, string token)
    {
        if (token.Length == 0 ? forgotten.ContainsKey(work.Key) : token != work.Token)
        {
            Stray(work.Kind, work.InstanceId, work.TaskId, token);
            return false;
        }

        if (work.State != WorkState.Out)
        {
            return false;
        }

        Return(work, isAnswered: true);
        work.Breaks = 0;
        Pump();
        return true;
    }

    /// <summary>An answer that nobody waits for: it may be the one to work that was taken back.</summary>
    public void Stray(WorkKind kind, string instanceId, int taskId, string token)
    {
        if (forgotten.TryGetValue((kind, instanceId, taskId), out var work) && (token.Length == 0 || token == work.Token))
        {
            forgotten.Remove(work.Key);
            Return(work, isAnswered: true);
            Pump();
        }
    }

    private void Return(Work work, bool isAnswered)
    {
        var stream = work.Stream!;
        stream.Return(work, isAnswered);
        Queue(work.Kind).CameBack(work, stream.Worker.Sidecar);
        work.Stream = null;
        work.State = WorkState.Idle;
    }

    private void Enqueue(Work work, bool isFirst)
    {
        work.State = WorkState.Ready;
        Queue(work.Kind).Add(work, isFirst);
    }

    /// <summary>Work may come while work begins.</summary>
    private void Pump()
    {
        hasChanged = true;
        if (isPumping)
        {
            return;
        }

        isPumping = true;
        try
        {
            while (hasChanged)
            {
                hasChanged = false;
                Pump(WorkKind.Activity, activities);
                Pump(WorkKind.Turn, turns);
            }
        }
        finally
        {
            isPumping = false;
        }
    }

    private void Pump(WorkKind kind, WorkQueue queue)
    {
        while (streams.Count > 0 && queue.Next() is { } work && Choose(work, kind, queue) is { } stream)
        {
            queue.TakeNext(work);
            work.State = WorkState.Idle;
            if (work.Begin() is { } request)
            {
                Send(work, request, stream, queue);
            }
        }
    }

    private void Send(Work work, WorkRequest request, WorkStream stream, WorkQueue queue)
    {
        work.Token = $"{tokenPrefix}{++tickets:x}";
        work.Stream = stream;
        work.Since = time.GetTimestamp();
        work.State = WorkState.Out;
        stream.LastTicket = tickets;
        queue.WentOut(work, stream.Worker.Sidecar);
        stream.Send(work, new WorkItemFrame(request, work.Token, Known(work, request, stream)));
    }

    /// <summary>How many of the past events the stream need not be sent again.</summary>
    private static int Known(Work work, WorkRequest request, WorkStream stream)
    {
        if (!stream.Worker.KeepsHistory || work.Familiarity is not { } familiarity)
        {
            return 0;
        }

        var known = Math.Min(familiarity.KnownBy(stream), request.PastCount);
        familiarity.Sent(stream, request.PastCount);
        return known;
    }

    /// <summary>The stream that knows the instance when it has room, else the one with the least in hand.</summary>
    private WorkStream? Choose(Work work, WorkKind kind, WorkQueue queue)
    {
        if (work.Familiarity?.Stream is { IsOpen: true } familiar && HasRoom(familiar))
        {
            return familiar;
        }

        WorkStream? best = null;
        foreach (var stream in streams)
        {
            if (HasRoom(stream) && (best is null || (stream.Count(kind), stream.LastTicket).CompareTo((best.Count(kind), best.LastTicket)) < 0))
            {
                best = stream;
            }
        }

        return best;

        bool HasRoom(WorkStream stream) => stream.Room(kind) > 0 && queue.HasRoom(stream.Worker.Sidecar);
    }

    private WorkQueue Queue(WorkKind kind) => kind == WorkKind.Turn ? turns : activities;
}
