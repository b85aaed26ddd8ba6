namespace Sidecar.Workflow.Dispatch;

/// <summary>Which stream knows how many of an instance's first committed events, because they were sent to it.</summary>
internal sealed class Familiarity
{
    private int events;

    public WorkStream? Stream { get; private set; }

    public void Sent(WorkStream stream, int pastEvents)
    {
        Stream = stream;
        events = pastEvents;
    }

    /// <summary>The history is another one now.</summary>
    public void Forget()
    {
        Stream = null;
        events = 0;
    }

    /// <summary>Streams of workers that forget know nothing.</summary>
    public int KnownBy(WorkStream stream) => ReferenceEquals(stream, Stream) ? events : 0;
}
