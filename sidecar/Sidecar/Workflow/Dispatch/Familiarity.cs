namespace Sidecar.Workflow.Dispatch;

/// <summary>Which stream has been sent how many of an instance's first committed events, as they were committed.</summary>
internal sealed class Familiarity
{
    public WorkStream? Stream { get; private set; }

    public int Events { get; private set; }

    /// <summary>The stream has been sent the history up to here.</summary>
    public void Sent(WorkStream stream, int events)
    {
        Stream = stream;
        Events = events;
    }

    /// <summary>Of the new events that were sent after that history, so many were committed right behind it, unchanged.</summary>
    public void Committed(int events) => Events += events;

    /// <summary>The history is another one now.</summary>
    public void Forget()
    {
        Stream = null;
        Events = 0;
    }

    internal int By(WorkStream stream) => ReferenceEquals(stream, Stream) && stream.Worker.KeepsHistory ? Events : 0;
}
