using System.Globalization;
using Sidecar.Protos.Workflow;
using Asked = Sidecar.Protos.Workflow.WorkflowAction.WorkflowActionTypeOneofCase;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Sidecar.Testing.Workflow;

/// <summary>What a turn asked for then, beside what it asks for now.</summary>
internal static class TurnComparison
{
    /// <summary>Null when they are the same, otherwise what was then and what is now.</summary>
    public static (string Recorded, string Asked)? FirstDifference(IReadOnlyList<HistoryEvent> recorded, IReadOnlyList<WorkflowAction> actions)
    {
        for (var at = 0; at < Math.Max(recorded.Count, actions.Count); at++)
        {
            var then = at < recorded.Count ? Words(recorded[at]) : "nothing more";
            var now = at < actions.Count ? Words(actions[at]) : "asks for nothing more";
            if (at >= recorded.Count || at >= actions.Count || !Same(recorded[at], actions[at]))
            {
                return (then, now);
            }
        }

        return null;
    }

    private static bool Same(HistoryEvent then, WorkflowAction now) => (then.EventTypeCase, now.WorkflowActionTypeCase) switch
    {
        (Kind.TaskScheduled, Asked.ScheduleTask) =>
            then.EventId == now.Id && then.TaskScheduled.Name == now.ScheduleTask.Name && SameText(then.TaskScheduled.Input, now.ScheduleTask.Input),
        (Kind.TimerCreated, Asked.CreateTimer) => then.EventId == now.Id && Equals(then.TimerCreated.FireAt, now.CreateTimer.FireAt),
        (Kind.ChildWorkflowInstanceCreated, Asked.CreateChildWorkflow) =>
            then.EventId == now.Id && then.ChildWorkflowInstanceCreated.Name == now.CreateChildWorkflow.Name
            && (now.CreateChildWorkflow.InstanceId.Length == 0 || then.ChildWorkflowInstanceCreated.InstanceId == now.CreateChildWorkflow.InstanceId)
            && SameText(then.ChildWorkflowInstanceCreated.Input, now.CreateChildWorkflow.Input),
        (Kind.EventSent, Asked.SendEvent) =>
            then.EventId == now.Id && then.EventSent.Name == now.SendEvent.Name && then.EventSent.InstanceId == now.SendEvent.Instance?.InstanceId
            && SameText(then.EventSent.Input, now.SendEvent.Data),
        (Kind.DetachedWorkflowInstanceCreated, Asked.CreateDetachedWorkflow) => then.DetachedWorkflowInstanceCreated.InstanceId == now.CreateDetachedWorkflow.InstanceId,
        (Kind.ExecutionCompleted, Asked.CompleteWorkflow) => SameEnd(then.ExecutionCompleted, now.CompleteWorkflow),
        (Kind.ExecutionStalled, Asked.WorkflowVersionNotAvailable) => true,
        _ => false,
    };

    /// <summary>Where a failure comes from may move, and what a terminated instance gave back depends on who ended it.</summary>
    private static bool SameEnd(ExecutionCompletedEvent then, CompleteWorkflowAction now) =>
        then.WorkflowStatus == now.WorkflowStatus
        && (then.WorkflowStatus == OrchestrationStatus.Terminated || SameText(then.Result, now.Result))
        && then.FailureDetails?.ErrorType == now.FailureDetails?.ErrorType
        && then.FailureDetails?.ErrorMessage == now.FailureDetails?.ErrorMessage;

    private static bool SameText(string? one, string? other) => (one ?? "") == (other ?? "");

    private static string Words(HistoryEvent then) => then.EventTypeCase switch
    {
        Kind.TaskScheduled => Numbered(then.EventId, $"activity '{then.TaskScheduled.Name}' of {Text(then.TaskScheduled.Input)}"),
        Kind.TimerCreated => Numbered(then.EventId, $"a timer at {then.TimerCreated.FireAt}"),
        Kind.ChildWorkflowInstanceCreated => Numbered(
            then.EventId, $"child workflow '{then.ChildWorkflowInstanceCreated.Name}' as {then.ChildWorkflowInstanceCreated.InstanceId} of {Text(then.ChildWorkflowInstanceCreated.Input)}"),
        Kind.EventSent => Numbered(then.EventId, $"event '{then.EventSent.Name}' to {then.EventSent.InstanceId} with {Text(then.EventSent.Input)}"),
        Kind.ExecutionCompleted => End(then.ExecutionCompleted.WorkflowStatus, then.ExecutionCompleted.Result, then.ExecutionCompleted.FailureDetails),
        _ => $"{then.EventTypeCase}",
    };

    private static string Words(WorkflowAction now) => now.WorkflowActionTypeCase switch
    {
        Asked.ScheduleTask => "asks for " + Numbered(now.Id, $"activity '{now.ScheduleTask.Name}' of {Text(now.ScheduleTask.Input)}"),
        Asked.CreateTimer => "asks for " + Numbered(now.Id, $"a timer at {now.CreateTimer.FireAt}"),
        Asked.CreateChildWorkflow => "asks for " + Numbered(now.Id, $"child workflow '{now.CreateChildWorkflow.Name}' as {now.CreateChildWorkflow.InstanceId} of {Text(now.CreateChildWorkflow.Input)}"),
        Asked.SendEvent => "asks for " + Numbered(now.Id, $"event '{now.SendEvent.Name}' to {now.SendEvent.Instance?.InstanceId} with {Text(now.SendEvent.Data)}"),
        Asked.CompleteWorkflow => "comes to " + End(now.CompleteWorkflow.WorkflowStatus, now.CompleteWorkflow.Result, now.CompleteWorkflow.FailureDetails),
        _ => $"asks for {now.WorkflowActionTypeCase}",
    };

    private static string End(OrchestrationStatus status, string? result, TaskFailureDetails? failure) =>
        $"the end {status} with {(failure is null ? Text(result) : $"{failure.ErrorType}: {failure.ErrorMessage}")}";

    private static string Text(string? text) => string.IsNullOrEmpty(text) ? "nothing" : text;

    private static string Numbered(int number, string words) => string.Create(CultureInfo.InvariantCulture, $"{words} (number {number})");
}
