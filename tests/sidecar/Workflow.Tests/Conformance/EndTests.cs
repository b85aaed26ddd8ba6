using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Protos.Workflow;
using Workflow.Tests.Conformance.Ground;
using Act = Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Conformance;

/// <summary>Terminations, what they reach, and purges: rows 11 to 13.</summary>
public sealed class EndTests
{
    [Theory, OnEveryStore]
    public async Task A_recursive_termination_reaches_children_of_children(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await FamilyAsync(hub);
        var terminated = hub.TerminateAsync("a", "\"out\"", recursive: true);
        await worker.StepAsync("a", Act.Complete(9, "\"out\"", OrchestrationStatus.Terminated));
        await terminated;
        await worker.StepAsync("b", Act.Complete(9, "\"out\"", OrchestrationStatus.Terminated));
        await worker.StepAsync("c", Act.Complete(9, "\"out\"", OrchestrationStatus.Terminated));

        foreach (var id in new[] { "a", "b", "c" })
        {
            var state = await hub.EndAsync(id);
            Assert.Equal((OrchestrationStatus.Terminated, "\"out\""), (state.WorkflowStatus, state.Output));
        }

        Assert.DoesNotContain(Kind.TimerFired, await hub.KindsAsync("a"));
        Assert.Equal(3, await hub.PurgeAsync("a", recursive: true));
        Assert.False((await hub.GetAsync("c")).Exists);
    }

    [Theory, OnEveryStore]
    public async Task A_termination_may_leave_the_children_alone(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await FamilyAsync(hub);
        var terminated = hub.TerminateAsync("a");
        await worker.StepAsync("a", Act.Complete(9, null, OrchestrationStatus.Terminated));
        await terminated;

        Assert.Equal(OrchestrationStatus.Terminated, await hub.StatusAsync("a"));
        Assert.Equal(OrchestrationStatus.Running, await hub.StatusAsync("b"));
        await TaskHub.RefusedAsync(GrpcCode.Unknown, "failed to purge workflow state", () => hub.PurgeAsync("a", recursive: true));
        Assert.Equal(1, await hub.PurgeAsync("a"));
        Assert.Equal(OrchestrationStatus.Running, await hub.StatusAsync("b"));
    }

    [Theory, OnEveryStore]
    public async Task A_termination_followed_by_a_result_still_ends(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1), Act.Timer(2, InAnHour()));
        var activity = await worker.ActivityAsync("a");
        await hub.RaiseAsync("a", "hold");
        var held = await worker.TurnAsync("a");
        var terminated = hub.TerminateAsync("a", "\"out\"");
        var result = worker.ResultAsync(activity, "1");
        await worker.AnswerAsync(held);

        var turn = await worker.TurnAsync("a");
        await worker.AnswerAsync(turn, Act.Task(3), Act.Child(4));
        if (turn.NewEvents.All(one => one.EventTypeCase != Kind.ExecutionTerminated))
        {
            await worker.StepAsync("a", Act.Task(5));
        }

        await terminated;
        await result;
        var state = await hub.EndAsync("a");
        Assert.Equal((OrchestrationStatus.Terminated, "\"out\""), (state.WorkflowStatus, state.Output));
        Assert.DoesNotContain(Kind.ChildWorkflowInstanceCreated, (await hub.KindsAsync("a")).SkipWhile(kind => kind != Kind.ExecutionTerminated));
    }

    [Theory, OnEveryStore]
    public async Task A_parent_learns_how_its_child_ended(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Child(1, childId: "fails"), Act.Child(2, childId: "stops"), Act.Child(3));
        await worker.StepAsync("fails", Act.Fail("Bad", "luck"));
        var failed = (await worker.StepAsync("a")).NewEvents[1].ChildWorkflowInstanceFailed;
        Assert.Equal((1, "Bad", "luck"), (failed.TaskScheduledId, failed.FailureDetails.ErrorType, failed.FailureDetails.ErrorMessage));

        await worker.StepAsync("stops");
        var terminated = hub.TerminateAsync("stops");
        await worker.StepAsync("stops", Act.Complete(9, null, OrchestrationStatus.Terminated));
        await terminated;
        failed = (await worker.StepAsync("a")).NewEvents[1].ChildWorkflowInstanceFailed;
        Assert.Equal((2, null), (failed.TaskScheduledId, failed.FailureDetails));

        var child = await worker.StepAsync("a:0003", Act.Complete(result: "\"well\""));
        Assert.Equal("a", child.NewEvents[1].ExecutionStarted.ParentInstance.WorkflowInstance.InstanceId);
        Assert.Equal("\"well\"", (await worker.StepAsync("a", Act.Complete())).NewEvents[1].ChildWorkflowInstanceCompleted.Result);
        Assert.Equal("a", (await hub.EndAsync("a:0003")).ParentInstanceId);
        await hub.EndAsync("a");
        Assert.Equal(4, await hub.PurgeAsync("a", recursive: true));
    }

    [Theory, OnEveryStore]
    public async Task A_child_whose_id_is_taken_has_failed(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "taken");
        await hub.BeginAsync(worker, "a", Act.Child(1, childId: "taken"));
        var failed = (await worker.StepAsync("a", Act.Complete())).NewEvents[1].ChildWorkflowInstanceFailed;
        Assert.Equal((1, "WorkflowInstanceAlreadyExists"), (failed.TaskScheduledId, failed.FailureDetails.ErrorType));
        Assert.Equal(OrchestrationStatus.Running, await hub.StatusAsync("taken"));
    }

    [Theory, OnEveryStore]
    public async Task A_late_child_does_not_answer_a_later_run(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Child(1, childId: "old"));
        await worker.StepAsync("old");
        await hub.RaiseAsync("a", "go");
        await worker.StepAsync("a", Act.Again("2"));
        await worker.StepAsync("a", Act.Child(1, childId: "new"));
        await worker.StepAsync("new");

        await hub.RaiseAsync("old", "go");
        await worker.StepAsync("old", Act.Complete(result: "\"old\""));
        await hub.EndAsync("old");
        await hub.RaiseAsync("new", "go");
        await worker.StepAsync("new", Act.Complete(result: "\"new\""));

        var turn = await worker.StepAsync("a", Act.Complete());
        Assert.Equal("\"new\"", turn.NewEvents[1].ChildWorkflowInstanceCompleted.Result);
    }

    [Theory, OnEveryStore]
    public async Task Who_runs_is_not_purged_unless_forced(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Timer(1, InAnHour()));
        await TaskHub.RefusedAsync(GrpcCode.Unknown, "failed to purge workflow state: orchestration has not yet completed", () => hub.PurgeAsync("a"));
        var forced = new PurgeInstancesRequest { InstanceId = "a", Force = true };
        Assert.Equal(1, (await hub.AskAsync("PurgeInstances", forced, PurgeInstancesResponse.Parser)).DeletedInstanceCount);
        Assert.False((await hub.GetAsync("a")).Exists);
        await hub.BeginAsync(worker, "a", Act.Complete());
    }

    [Theory, OnEveryStore]
    public async Task Who_waits_for_its_start_can_be_terminated(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.StartAsync("later", more: request => request.ScheduledStartTimestamp = InAnHour());
        var terminated = hub.TerminateAsync("later", "\"out\"");
        await worker.StepAsync("later", Act.Complete(9, "\"out\"", OrchestrationStatus.Terminated));
        await terminated;
        Assert.Equal(OrchestrationStatus.Terminated, await hub.StatusAsync("later"));
    }

    private static async Task<Worker> FamilyAsync(TaskHub hub)
    {
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Child(1, childId: "b"), Act.Timer(2, InAnHour()), Act.Task(3));
        await worker.StepAsync("b", Act.Child(1, childId: "c"));
        await worker.StepAsync("c", Act.Timer(1, InAnHour()));
        await worker.ActivityAsync("a");
        await hub.UntilAsync("c", OrchestrationStatus.Running);
        return worker;
    }

    private static Timestamp InAnHour() => TimeProvider.System.GetUtcNow().AddHours(1).ToTimestamp();
}
