using Sidecar.Protos.Workflow;
using static Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Turns;

public sealed class PropagationTests
{
    [Fact]
    public void Without_being_asked_nothing_is_passed_on()
    {
        var outcome = new OneInstance(inherited: FromParent()).Answer(Task(1), Child(2));
        Assert.Null(outcome.Activities[0].Request.PropagatedHistory);
        Assert.Null(outcome.Children[0].History);
    }

    [Fact]
    public void An_activity_may_see_what_led_to_it()
    {
        var one = new OneInstance(inherited: FromParent());
        one.Answer(Task(1));
        one.Result(1, "1");
        var action = Task(2);
        action.ScheduleTask.HistoryPropagationScope = HistoryPropagationScope.OwnHistory;
        var shown = one.Answer(action).Activities[0].Request.PropagatedHistory;

        var chunk = Assert.Single(shown.Chunks);
        Assert.Equal((App, Id, "Order"), (chunk.AppId, chunk.InstanceId, chunk.WorkflowName));
        Assert.Equal(
            [Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.TaskScheduled, Kind.WorkflowStarted, Kind.TaskCompleted],
            chunk.RawEvents.Select(raw => HistoryEvent.Parser.ParseFrom(raw).EventTypeCase));
        StateTests.Restored(one);
    }

    [Fact]
    public void A_child_may_see_the_lineage()
    {
        var one = new OneInstance(inherited: FromParent());
        var action = Child(2);
        action.CreateChildWorkflow.HistoryPropagationScope = HistoryPropagationScope.Lineage;
        var shown = one.Answer(action).Children[0].History;

        Assert.NotNull(shown);
        Assert.Equal(HistoryPropagationScope.Lineage, shown.Scope);
        Assert.Equal(["parent", Id], shown.Chunks.Select(chunk => chunk.InstanceId));
        Assert.Equal(HistoryPropagationScope.Lineage, one.History[^1].ChildWorkflowInstanceCreated.HistoryPropagationScope);
    }

    private static PropagatedHistory FromParent() => new() { Scope = HistoryPropagationScope.Lineage, Chunks = { new PropagatedHistoryChunk { InstanceId = "parent" } } };
}
