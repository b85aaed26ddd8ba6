extern alias daemon;
using Dapr.Workflow;
using Google.Protobuf;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Turns;

/// <summary>Work for other apps, and what they let one know.</summary>
public sealed class AppTests
{
    [Fact]
    public async Task Work_for_another_app_says_for_whom_and_of_whom()
    {
        await using var rig = await StartAsync();
        var story = new Story(rig.Sidecar, "Remote", null, "order-1", null) { Router = new Protos.TaskRouter { SourceAppId = "me" } };
        var actions = (await story.TurnAsync()).Actions;
        var router = new Protos.TaskRouter { SourceAppId = "me", TargetAppId = "you" };
        Assert.Equal((router, router), (actions[0].Router, actions[0].ScheduleTask.Router));
        Assert.Equal((router, router), (actions[1].Router, actions[1].CreateChildWorkflow.Router));
        Assert.Equal((Protos.HistoryPropagationScope.Lineage, Protos.HistoryPropagationScope.OwnHistory), (actions[0].ScheduleTask.HistoryPropagationScope, actions[1].CreateChildWorkflow.HistoryPropagationScope));
        Assert.Equal((null, false), (actions[2].Router, actions[2].ScheduleTask.HasHistoryPropagationScope));
    }

    [Fact]
    public async Task Who_does_not_know_its_own_app_works_by_itself()
    {
        await using var rig = await StartAsync();
        Assert.All((await rig.Tell("Remote").TurnAsync()).Actions, action => Assert.Null(action.Router));
    }

    [Fact]
    public async Task Propagated_history_can_be_read()
    {
        PropagatedHistory? told = null;
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Child", (context, _) =>
        {
            told = context.GetPropagatedHistory();
            return Task.FromResult("");
        }));
        Protos.HistoryEvent[] events =
        [
            new() { EventId = 0, TaskScheduled = new Protos.TaskScheduledEvent { Name = "Ship", Input = "1" } },
            new() { EventId = 1, TaskScheduled = new Protos.TaskScheduledEvent { Name = "Bill" } },
            new() { EventId = 2, TaskScheduled = new Protos.TaskScheduledEvent { Name = "ship" } },
            new() { EventId = 3, ChildWorkflowInstanceCreated = new Protos.ChildWorkflowInstanceCreatedEvent { Name = "Sub" } },
            new() { EventId = 4, ChildWorkflowInstanceCreated = new Protos.ChildWorkflowInstanceCreatedEvent { Name = "Sub2" } },
            Story.Completed(0, "2"), Story.Failed(1), Story.ChildCompleted(3, "3"), Story.ChildFailed(4, "no"),
        ];
        Protos.PropagatedHistoryChunk Chunk(string app, string name) => new() { AppId = app, InstanceId = $"{app}-1", WorkflowName = name, RawEvents = { events.Select(item => item.ToByteString()) } };
        var story = new Story(rig.Sidecar, "Child", null, "order-1", null) { Propagated = new Protos.PropagatedHistory { Chunks = { Chunk("a", "Root"), Chunk("b", "Parent") } } };
        await story.TurnAsync();

        Assert.Equal(["a", "b"], told!.GetAppIds());
        Assert.Equal(2, told.Events.Count);
        Assert.Equal("a-1", Assert.Single(told.GetEventsByWorkflowName("root")).InstanceId);
        Assert.Equal("Parent", Assert.Single(told.GetByAppId("B")).Name);
        Assert.Empty(told.GetByInstanceId("B-1"));
        Assert.True(told.TryGetLastWorkflowEventByName("PARENT", out var parent));
        Assert.False(told.TryGetLastWorkflowEventByName("nobody", out _));
        Assert.Equal("b", parent.AppId);
        Assert.Equal(["Completed", "Failed", "Pending"], parent.Activities.Select(activity => $"{activity.Status}"));
        Assert.Equal(2, parent.GetActivitiesByName("SHIP").Count);
        Assert.True(parent.TryGetLastActivityByName("Bill", out var bill));
        Assert.Equal(("no", null, null), (bill.FailureDetails!.ErrorMessage, bill.Input, bill.Output));
        Assert.Equal(("1", "2"), (parent.Activities[0].Input, parent.Activities[0].Output));
        Assert.Equal("3", Assert.Single(parent.GetWorkflowsByName("sub")).Output);
        Assert.True(parent.TryGetLastWorkflowByName("Sub2", out var sub));
        Assert.Equal((PropagatedHistoryStatus.Failed, "Sub2", "no"), (sub.Status, sub.Name, sub.FailureDetails!.ErrorMessage));
        Assert.False(parent.TryGetLastActivityByName("nobody", out _));
        Assert.False(parent.TryGetLastWorkflowByName("nobody", out _));
        Assert.Equal(2, parent.Workflows.Count);
    }

    [Fact]
    public async Task Who_was_told_nothing_has_no_history_of_others()
    {
        var told = new PropagatedHistory([]);
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Alone", (context, _) =>
        {
            told = context.GetPropagatedHistory();
            return Task.FromResult("");
        }));
        await rig.Tell("Alone").TurnAsync();
        Assert.Null(told);
    }

    private static Task<WorkerRig> StartAsync() => WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Remote", async (context, input) =>
    {
        _ = context.CallActivityAsync("There", null, new WorkflowTaskOptions(TargetAppId: "you").WithHistoryPropagation(HistoryPropagationScope.Lineage));
        _ = context.CallChildWorkflowAsync("There", null, new ChildWorkflowTaskOptions(TargetAppId: "you").WithHistoryPropagation(HistoryPropagationScope.OwnHistory));
        await context.CallActivityAsync("Here");
        return "";
    }));
}
