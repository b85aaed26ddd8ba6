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

    /// <summary>An instance that has not ended (or one that has, where only a new id will do): refused.</summary>
    Active,
}

internal static class Creation
{
    /// <summary>
    /// The first event of an instance that a client starts. A request without id gets one, which is in the event. Version, tags and
    /// execution id of a request are not taken over, as in Dapr.
    /// </summary>
    /// <param name="trace">The span of the creation, where it is recorded; null otherwise.</param>
    public static HistoryEvent Started(CreateInstanceRequest request, string appId, TraceContext? trace, Timestamp now) => new()
    {
        EventId = -1,
        Timestamp = now,
        Router = new TaskRouter { SourceAppId = appId },
        ExecutionStarted = new ExecutionStartedEvent
        {
            Name = request.Name,
            Input = request.Input,
            WorkflowInstance = new WorkflowInstance
            {
                InstanceId = request.InstanceId.Length > 0 ? request.InstanceId : Guid.NewGuid().ToString(),
                ExecutionId = Guid.NewGuid().ToString(),
            },
            ScheduledStartTimestamp = request.ScheduledStartTimestamp,
            ParentTraceContext = trace,
            WorkflowSpanId = trace is null ? null : Traces.NewSpanId(),
        },
    };

    /// <summary>The existing one as far as it is known; null for none.</summary>
    public static CreationVerdict Judge(InstanceView? existing, HistoryEvent started, bool onlyNew = false)
    {
        if (existing is null)
        {
            return CreationVerdict.New;
        }

        if (existing.Ended)
        {
            return onlyNew ? CreationVerdict.Active : CreationVerdict.Reuse;
        }

        return started.ExecutionStarted.ParentInstance is { } parent && existing.Parent is { } known &&
            parent.TaskScheduledId == known.TaskScheduledId && parent.WorkflowInstance?.InstanceId == known.WorkflowInstance?.InstanceId
            ? CreationVerdict.Same
            : CreationVerdict.Active;
    }
}
