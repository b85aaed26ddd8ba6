using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>What a new ExecutionStarted meets at its id.</summary>
internal enum CreationVerdict
{
    /// <summary>Nobody: generation 1.</summary>
    New,

    /// <summary>An ended instance: the next generation, with nothing of the old, provided that none of its children still runs.</summary>
    Reuse,

    /// <summary>The very child that its parent has started before: nothing to do, and fine.</summary>
    Same,

    /// <summary>An instance that has not ended: refused.</summary>
    Active,
}

internal static class Creation
{
    /// <summary>The first event of an instance that a client starts. A request without id gets one, which is in the event.</summary>
    public static HistoryEvent Started(CreateInstanceRequest request, string appId, TraceContext? trace, Timestamp now) => throw new NotSupportedException();

    /// <summary>The existing one as far as it is known; null for none.</summary>
    public static CreationVerdict Judge(InstanceView? existing, HistoryEvent started) => throw new NotSupportedException();
}
