namespace Sidecar.Workflow.Dispatch;

/// <summary>All ready work of one kind, and how much of it is out, against the limits. A name at its limit holds up nobody else.</summary>
internal sealed class WorkQueue(DispatchLimits limits)
{
    private readonly FairQueue unlimited = new();
    private readonly Dictionary<string, Named> named = limits.ByName.ToDictionary(limit => limit.Key, limit => new Named(limit.Value), StringComparer.Ordinal);
    private readonly Dictionary<string, int> outBySidecar = new(StringComparer.Ordinal);

    public int Ready { get; private set; }

    public int Out { get; private set; }

    public void Add(Work work, bool isFirst)
    {
        QueueOf(work).Add(work, isFirst);
        Ready++;
    }

    public void Remove(Work work)
    {
        QueueOf(work).Remove(work);
        Ready--;
    }

    /// <summary>What has waited longest among what may go out; null when nothing may.</summary>
    public Work? Next()
    {
        if (Ready == 0 || Out >= limits.Global)
        {
            return null;
        }

        var next = unlimited.Head;
        foreach (var (_, queue) in named)
        {
            if (queue.HasRoom && queue.Works.Head is { } head && (next is null || head.Ticket < next.Ticket))
            {
                next = head;
            }
        }

        return next;
    }

    /// <summary>Takes what <see cref="Next"/> told.</summary>
    public void TakeNext(Work work)
    {
        QueueOf(work).TakeHead();
        Ready--;
    }

    public bool HasRoom(string sidecar) => limits.PerSidecar is not { } limit || outBySidecar.GetValueOrDefault(sidecar) < limit;

    public void WentOut(Work work, string sidecar) => Count(work, sidecar, 1);

    public void CameBack(Work work, string sidecar) => Count(work, sidecar, -1);

    private void Count(Work work, string sidecar, int change)
    {
        Out += change;
        if (limits.PerSidecar is not null)
        {
            outBySidecar[sidecar] = outBySidecar.GetValueOrDefault(sidecar) + change;
        }

        if (named.TryGetValue(work.Name, out var name))
        {
            name.Out += change;
        }
    }

    private FairQueue QueueOf(Work work) => named.TryGetValue(work.Name, out var name) ? name.Works : unlimited;

    private sealed class Named(int limit)
    {
        public FairQueue Works { get; } = new();

        public int Out { get; set; }

        public bool HasRoom => Out < limit;
    }
}
