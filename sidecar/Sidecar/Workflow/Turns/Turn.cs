using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>
/// One step of one instance: the events of its inbox go to a worker together with its history, and the answer becomes events and effects.
/// Beginning changes nothing; a turn that is lost is begun again. There is at most one turn of an instance at a time.
/// </summary>
internal sealed class Turn
{
    /// <summary>A turn with these inbox events, in this order. <paramref name="now"/> becomes the workflow's clock.</summary>
    public static Turn Begin(InstanceState state, IReadOnlyList<HistoryEvent> inbox, Timestamp now, TurnLimits limits) => throw new NotSupportedException();

    public InstanceState State => throw new NotSupportedException();

    /// <summary>WorkflowStarted, then what is left of the inbox without duplicates.</summary>
    public IReadOnlyList<HistoryEvent> NewEvents => throw new NotSupportedException();

    /// <summary>Null when a worker must be asked. Otherwise the turn is over: nothing was new, the instance has ended, or its history is too large to send.</summary>
    public TurnOutcome? Foregone => throw new NotSupportedException();

    /// <summary>What a worker gets, as an encoded WorkItem. With <paramref name="cached"/> &gt; 0 the first so many events are left out, and said to be.</summary>
    public byte[] ToWorkItem(string completionToken, int cached) => throw new NotSupportedException();

    /// <summary>How many events of history a worker has seen as past events once it got this turn; the most that its next item may leave out.</summary>
    public int PastCount => throw new NotSupportedException();

    /// <summary>Takes the worker's answer. Unless it is rejected, the state has moved on when this returns.</summary>
    public TurnOutcome Apply(WorkflowResponse response, Timestamp now) => throw new NotSupportedException();
}

/// <summary>The size that no message may exceed; turns stall at 95 % of it.</summary>
internal sealed record TurnLimits(int MaxMessageBytes)
{
    public int Guard => (int)(MaxMessageBytes * 0.95);
}
