using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

internal enum RerunRefusal
{
    None,
    Invalid,
    NotFound,
}

/// <summary>
/// A new instance from an old one's history up to an event. On success <see cref="State"/> already has that history, which is its first row
/// (<see cref="Outcome"/>, with the effects: the activities, timers and children to be started again).
/// </summary>
internal sealed record Rerun(RerunRefusal Refusal, string? Message, InstanceState? State, TurnOutcome? Outcome)
{
    /// <summary>Whether the new id is free is the caller's to check, before and after.</summary>
    public static Rerun Prepare(InstanceView source, RerunWorkflowFromEventRequest request, string appId, Timestamp now) => throw new NotSupportedException();
}
