using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>
/// What has come for an instance since its last turn, in order. Rows of it are found again by counting from what the turns have used up:
/// there is never a row behind a gap.
/// </summary>
internal sealed class Inbox(long consumed)
{
    private readonly List<InboxEntry> entries = [];
    private long last = consumed;

    public int Count => entries.Count;

    /// <summary>The number of the last event that turns have used up.</summary>
    public long Consumed { get; private set; } = consumed;

    public IReadOnlyList<InboxEntry> Entries => entries;

    /// <summary>Not once a turn has used it up.</summary>
    public bool Contains(InboxEntry entry) => entry.Sequence > Consumed;

    public InboxEntry Add(HistoryEvent arrival)
    {
        var entry = new InboxEntry(arrival, ++last);
        entries.Add(entry);
        return entry;
    }

    /// <summary>One that was found in the store.</summary>
    public void AddWritten(HistoryEvent? arrival) => entries.Add(new InboxEntry(arrival, ++last) { IsWritten = true });

    /// <summary>What follows from other rows: the events a generation begins with, and timers.</summary>
    public void AddDerived(HistoryEvent arrival) => entries.Add(new InboxEntry(arrival, 0));

    /// <summary>How many from the first on may go into a turn.</summary>
    public int Ready()
    {
        var ready = 0;
        while (ready < entries.Count && entries[ready].IsReady)
        {
            ready++;
        }

        return ready;
    }

    public List<HistoryEvent> First(int count)
    {
        var events = new List<HistoryEvent>(count);
        for (var i = 0; i < count; i++)
        {
            if (entries[i].Event is { } arrival)
            {
                events.Add(arrival);
            }
        }

        return events;
    }

    /// <summary>Takes out what a turn has used up.</summary>
    public List<InboxEntry> Take(int count)
    {
        var taken = entries.GetRange(0, count);
        entries.RemoveRange(0, count);
        foreach (var entry in taken)
        {
            Consumed = Math.Max(Consumed, entry.Sequence);
        }

        return taken;
    }

    /// <summary>That turn did not happen.</summary>
    public void PutBack(List<InboxEntry> taken, long consumed)
    {
        entries.InsertRange(0, taken);
        Consumed = consumed;
    }

    /// <summary>A generation begins with these.</summary>
    public void Begin(IReadOnlyList<HistoryEvent> first) =>
        entries.InsertRange(0, first.Select(arrival => new InboxEntry(arrival, 0)));

    /// <summary>Timers of a generation that is gone.</summary>
    public void DropDerived() => entries.RemoveAll(static entry => !entry.HasRow);
}
