extern alias daemon;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Ground;

/// <summary>What is asked of answers in most tests.</summary>
internal static class Ends
{
    public static Protos.CompleteWorkflowAction End(this Protos.WorkflowResponse response) => Assert.Single(response.Actions, action => action.CompleteWorkflow is not null).CompleteWorkflow;

    public static string Result(this Protos.WorkflowResponse response)
    {
        var end = response.End();
        Assert.True(end.WorkflowStatus == Protos.OrchestrationStatus.Completed, $"{end}");
        return end.Result!;
    }

    public static Protos.TaskFailureDetails Failure(this Protos.WorkflowResponse response)
    {
        var end = response.End();
        Assert.Equal(Protos.OrchestrationStatus.Failed, end.WorkflowStatus);
        return end.FailureDetails;
    }

    /// <summary>Actions as words: 0 activity Ship, 1 timer.</summary>
    public static string Words(this Protos.WorkflowResponse response) => string.Join(", ", response.Actions.Select(action => $"{action.Id} " + action.WorkflowActionTypeCase switch
    {
        Protos.WorkflowAction.WorkflowActionTypeOneofCase.ScheduleTask => $"activity {action.ScheduleTask.Name}",
        Protos.WorkflowAction.WorkflowActionTypeOneofCase.CreateTimer => "timer",
        Protos.WorkflowAction.WorkflowActionTypeOneofCase.CreateChildWorkflow => $"child {action.CreateChildWorkflow.Name}",
        Protos.WorkflowAction.WorkflowActionTypeOneofCase.SendEvent => $"send {action.SendEvent.Name}",
        Protos.WorkflowAction.WorkflowActionTypeOneofCase.CompleteWorkflow => $"{action.CompleteWorkflow.WorkflowStatus}",
        _ => $"{action.WorkflowActionTypeCase}",
    }));
}
