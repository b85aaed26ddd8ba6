using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Origin = Sidecar.Protos.Workflow.CreateTimerAction.OriginOneofCase;

namespace Sidecar.Workflow.Turns;

/// <summary>The events that a worker's actions become, here and in other instances.</summary>
internal static class NewEvents
{
    public static HistoryEvent Scheduled(WorkflowAction action, TaskRouter? router, TraceContext? span, Timestamp now)
    {
        var task = action.ScheduleTask;
        var scheduled = new TaskScheduledEvent
        {
            Name = task.Name,
            Version = task.Version,
            Input = task.Input,
            TaskExecutionId = task.TaskExecutionId,
            ParentTraceContext = span,
        };
        if (task.HasHistoryPropagationScope)
        {
            scheduled.HistoryPropagationScope = task.HistoryPropagationScope;
        }

        return new HistoryEvent { EventId = action.Id, Timestamp = now, Router = router, TaskScheduled = scheduled };
    }

    /// <summary>The time and the origin stay as they are, to the nanosecond: workers recognize their endless waits by them.</summary>
    public static HistoryEvent TimerCreated(WorkflowAction action, TaskRouter? router, Timestamp now)
    {
        var timer = action.CreateTimer;
        var created = new TimerCreatedEvent { FireAt = timer.FireAt };
        if (timer.HasName)
        {
            created.Name = timer.Name;
        }

        switch (timer.OriginCase)
        {
            case Origin.CreateTimer:
                created.CreateTimer = timer.CreateTimer;
                break;
            case Origin.ExternalEvent:
                created.ExternalEvent = timer.ExternalEvent;
                break;
            case Origin.ActivityRetry:
                created.ActivityRetry = timer.ActivityRetry;
                break;
            case Origin.ChildWorkflowRetry:
                created.ChildWorkflowRetry = timer.ChildWorkflowRetry;
                break;
        }

        return new HistoryEvent { EventId = action.Id, Timestamp = now, Router = router, TimerCreated = created };
    }

    public static string ChildId(string parentId, int taskId) => $"{parentId}:{taskId & 0xffff:x4}";

    public static HistoryEvent ChildCreated(WorkflowAction action, TaskRouter? router, string parentId, TraceContext? span, Timestamp now)
    {
        var child = action.CreateChildWorkflow;
        var created = new ChildWorkflowInstanceCreatedEvent
        {
            InstanceId = child.InstanceId.Length > 0 ? child.InstanceId : ChildId(parentId, action.Id),
            Name = child.Name,
            Version = child.Version,
            Input = child.Input,
            ParentTraceContext = span,
            RetryParentInstanceInfo = child.RetryParentInstanceInfo,
        };
        if (child.HasHistoryPropagationScope)
        {
            created.HistoryPropagationScope = child.HistoryPropagationScope;
        }

        return new HistoryEvent { EventId = action.Id, Timestamp = now, Router = router, ChildWorkflowInstanceCreated = created };
    }

    public static HistoryEvent ChildStarted(InstanceState parent, HistoryEvent created, TraceContext? span, Timestamp now)
    {
        var child = created.ChildWorkflowInstanceCreated;
        return new HistoryEvent
        {
            EventId = -1,
            Timestamp = now,
            Router = created.Router ?? new TaskRouter { SourceAppId = parent.AppId },
            ExecutionStarted = new ExecutionStartedEvent
            {
                Name = child.Name,
                Input = child.Input,
                WorkflowInstance = new WorkflowInstance { InstanceId = child.InstanceId, ExecutionId = Guid.NewGuid().ToString() },
                ParentInstance = new ParentInstanceInfo
                {
                    TaskScheduledId = created.EventId,
                    Name = parent.Name,
                    WorkflowInstance = new WorkflowInstance { InstanceId = parent.InstanceId, ExecutionId = parent.ExecutionId },
                    AppId = parent.AppId,
                },
                ParentTraceContext = span,
                WorkflowSpanId = span is null ? null : Traces.NewSpanId(),
            },
        };
    }

    public static HistoryEvent DetachedStarted(CreateDetachedWorkflowAction wanted, TaskRouter? router, string appId, Timestamp now)
    {
        var started = new ExecutionStartedEvent
        {
            Name = wanted.Name,
            Version = wanted.Version,
            Input = wanted.Input,
            WorkflowInstance = new WorkflowInstance { InstanceId = wanted.InstanceId, ExecutionId = wanted.ExecutionId ?? Guid.NewGuid().ToString() },
            ScheduledStartTimestamp = wanted.ScheduledStartTimestamp,
            ParentTraceContext = wanted.ParentTraceContext,
            WorkflowSpanId = wanted.ParentTraceContext is null ? null : Traces.NewSpanId(),
        };
        started.Tags.Add(wanted.Tags);
        return new HistoryEvent { EventId = -1, Timestamp = now, Router = router ?? new TaskRouter { SourceAppId = appId }, ExecutionStarted = started };
    }

    /// <summary>Any end but completion is a failure to the parent, one without details when the child was terminated.</summary>
    public static MessageToInstance ToParent(ParentInstanceInfo parent, ExecutionCompletedEvent end, string appId, Timestamp now)
    {
        var router = new TaskRouter { SourceAppId = appId };
        if (parent.HasAppId)
        {
            router.TargetAppId = parent.AppId;
        }

        var told = new HistoryEvent { EventId = -1, Timestamp = now, Router = router };
        if (end.WorkflowStatus == OrchestrationStatus.Completed)
        {
            told.ChildWorkflowInstanceCompleted = new ChildWorkflowInstanceCompletedEvent { TaskScheduledId = parent.TaskScheduledId, Result = end.Result };
        }
        else
        {
            told.ChildWorkflowInstanceFailed = new ChildWorkflowInstanceFailedEvent { TaskScheduledId = parent.TaskScheduledId, FailureDetails = end.FailureDetails };
        }

        return new MessageToInstance(parent.WorkflowInstance.InstanceId, Routes.Target(router), told) { ExecutionId = parent.WorkflowInstance.ExecutionId };
    }
}
