using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>An event on its way into a turn.</summary>
internal sealed class InboxEntry(HistoryEvent? arrival, long sequence)
{
    /// <summary>Null for one that turned out not to have happened; its number remains.</summary>
    public HistoryEvent? Event { get; private set; } = arrival;

    /// <summary>Its place in the instance's inbox; 0 for what follows from other rows and has none of its own.</summary>
    public long Sequence => sequence;

    public bool HasRow => sequence > 0;

    /// <summary>Its row is in the store, or on the way there.</summary>
    public bool IsWritten { get; set; }

    /// <summary>False while it depends on a commit that is not through.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Who is to be told once nothing can take it back any more.</summary>
    public TaskCompletionSource? Caller { get; set; }

    public void Void()
    {
        Event = null;
        IsReady = true;
        IsWritten = false;
    }

    public void Keep() => Caller?.TrySetResult();
}
