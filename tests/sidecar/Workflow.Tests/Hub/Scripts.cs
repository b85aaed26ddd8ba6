using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Workflow.Tests.Hub;

/// <summary>What workflows of tests do, as pure functions of their events.</summary>
internal static class Scripts
{
    public static IEnumerable<HistoryEvent> Events(this WorkflowRequest request) => request.PastEvents.Concat(request.NewEvents);

    public static ExecutionStartedEvent Started(this WorkflowRequest request) => request.Events().Last(one => one.ExecutionStarted is not null).ExecutionStarted;

    /// <summary>So many activities, one after the other; the output is the result of the last.</summary>
    public static IEnumerable<WorkflowAction> Chain(WorkflowRequest request, int steps)
    {
        var done = request.Events().Where(one => one.TaskCompleted is not null).Select(one => one.TaskCompleted).ToList();
        if (done.Count == steps)
        {
            yield return Complete(done[^1].Result);
        }
        else if (request.Events().Count(one => one.TaskScheduled is not null) == done.Count)
        {
            yield return Task(done.Count, "step", $"{done.Count}");
        }
    }

    public static WorkflowAction Task(int id, string name, string? input = null) => new() { Id = id, ScheduleTask = new ScheduleTaskAction { Name = name, Input = input } };

    public static WorkflowAction Timer(int id, DateTimeOffset due) => new() { Id = id, CreateTimer = new CreateTimerAction { FireAt = Timestamp.FromDateTimeOffset(due) } };

    public static WorkflowAction Child(int id, string instanceId, string name) =>
        new() { Id = id, CreateChildWorkflow = new CreateChildWorkflowAction { InstanceId = instanceId, Name = name } };

    public static WorkflowAction Complete(string? result, OrchestrationStatus status = OrchestrationStatus.Completed) =>
        new() { Id = 9999, CompleteWorkflow = new CompleteWorkflowAction { WorkflowStatus = status, Result = result } };
}
