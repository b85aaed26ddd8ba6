using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Hub;

/// <summary>A workflow to start. Its id may be that of one that is over.</summary>
internal sealed record StartRequest(string InstanceId, string Name)
{
    /// <summary>Null for none, which is not the same as empty.</summary>
    public string? Input { get; init; }

    public Timestamp? ScheduledStart { get; init; }

    /// <summary>What the span of its creation hands down; null when that is not recorded.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>Refuse the id of one that is over, too.</summary>
    public bool MustBeNew { get; init; }
}
