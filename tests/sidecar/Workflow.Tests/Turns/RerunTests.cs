using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Turns;

public sealed class RerunTests
{
    private static readonly Timestamp Now = new() { Seconds = 1_850_000_000 };

    [Fact]
    public void An_activity_runs_again_with_all_that_came_before()
    {
        var rerun = Rerun.Prepare(AnEnded().State.View(), From(2), App, Now);

        Assert.Equal(RerunRefusal.None, rerun.Refusal);
        Assert.Equal(
            [Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.TaskScheduled, Kind.WorkflowStarted, Kind.TaskCompleted, Kind.TaskScheduled],
            rerun.State!.History.Slice().Read().Select(each => each.EventTypeCase));
        var again = Assert.Single(rerun.Outcome!.Activities);
        Assert.Equal((2, "old", "again"), (again.TaskId, again.Request.Input, again.Request.WorkflowInstance.InstanceId));
        Assert.Equal((OrchestrationStatus.Running, false), (rerun.State.Status, rerun.Outcome.Ended));
        var started = rerun.State.Started.ExecutionStarted;
        Assert.Equal(("again", "Order"), (started.WorkflowInstance.InstanceId, started.Name));
        Assert.Equal(Id, rerun.State.History.Slice().Read()[^1].TaskScheduled.RerunParentInstanceInfo.InstanceId);

        var turn = Turn.Begin(rerun.State, [Arrivals.TaskEnded(again, new ActivityResponse { Result = "1" }, Now)], Now, new TurnLimits(1 << 20));
        Assert.Equal(TurnKind.Applied, turn.Apply(new WorkflowResponse { Actions = { Complete() } }, Now).Kind);
        Assert.Equal(OrchestrationStatus.Completed, rerun.State.Status);
    }

    [Fact]
    public void An_input_may_be_another_one()
    {
        var request = From(2);
        (request.OverwriteInput, request.Input) = (true, "new");
        Assert.Equal("new", Rerun.Prepare(AnEnded().State.View(), request, App, Now).Outcome!.Activities[0].Request.Input);
        request.Input = null;
        Assert.Null(Rerun.Prepare(AnEnded().State.View(), request, App, Now).Outcome!.Activities[0].Request.Input);
    }

    [Fact]
    public void What_was_under_way_beside_it_starts_again_too()
    {
        var one = new OneInstance();
        var later = new Timestamp { Seconds = 1_900_000_000 };
        one.Answer(Task(1), Timer(2, later), Child(3, childId: "c"), Task(4));
        one.Result(1, "1");
        one.Result(4, "4");
        one.Answer(Complete());

        var rerun = Rerun.Prepare(one.State.View(), From(4), App, Now);
        Assert.Equal([4, 1], rerun.Outcome!.Activities.Select(activity => activity.TaskId));
        Assert.Equal([new TimerToSet(2, later)], rerun.Outcome.Timers);
        var child = Assert.Single(rerun.Outcome.Children);
        Assert.Equal(("again:0003", "again"), (child.InstanceId, child.Started.ExecutionStarted.ParentInstance.WorkflowInstance.InstanceId));
        Assert.Equal("again:0003", Assert.Single(rerun.State!.Children).InstanceId);
    }

    [Fact]
    public void A_child_runs_again_under_a_new_id()
    {
        var one = new OneInstance();
        one.Answer(Child(1, childId: "c", input: "old"));
        one.Arrive(new HistoryEvent { EventId = -1, Timestamp = one.Now(), ChildWorkflowInstanceCompleted = new ChildWorkflowInstanceCompletedEvent { TaskScheduledId = 1 } });
        one.Answer(Complete());
        var request = From(1);
        (request.OverwriteInput, request.Input, request.NewChildWorkflowInstanceId) = (true, "new", "mine");

        var child = Assert.Single(Rerun.Prepare(one.State.View(), request, App, Now).Outcome!.Children);
        Assert.Equal(("mine", "new"), (child.InstanceId, child.Started.ExecutionStarted.Input));
    }

    [Fact]
    public void What_cannot_be_run_again_is_refused()
    {
        var ended = AnEnded();
        Refused(RerunRefusal.NotFound, "does not have history event with ID '77'", ended, From(77));
        Refused(RerunRefusal.NotFound, "is not an event that can be rerun", ended, From(99));
        Refused(RerunRefusal.Invalid, "an id of its own", ended, new RerunWorkflowFromEventRequest { EventId = 2, NewInstanceId = Id });

        var running = new OneInstance();
        running.Answer(Task(1));
        Refused(RerunRefusal.Invalid, "'order-1' is not in a terminal state", running, From(1));

        var timer = new OneInstance();
        timer.Answer(Timer(1, new Timestamp { Seconds = 1_900_000_000 }), Complete());
        Refused(RerunRefusal.Invalid, "cannot write input to timer event '1'", timer, new RerunWorkflowFromEventRequest { EventId = 1, NewInstanceId = "again", OverwriteInput = true });

        var started = Creation.Started(new CreateInstanceRequest { InstanceId = "child", Name = "Pack" }, App, null, Now);
        started.ExecutionStarted.ParentInstance = new ParentInstanceInfo { WorkflowInstance = new WorkflowInstance { InstanceId = "p" } };
        var child = new OneInstance(started);
        child.Answer(Task(1), Complete());
        Refused(RerunRefusal.Invalid, "'child': cannot rerun from child-workflows", child, From(1));
    }

    private static void Refused(RerunRefusal refusal, string message, OneInstance source, RerunWorkflowFromEventRequest request)
    {
        var rerun = Rerun.Prepare(source.State.View(), request, App, Now);
        Assert.Equal(refusal, rerun.Refusal);
        Assert.Contains(message, rerun.Message, StringComparison.Ordinal);
        Assert.Null(rerun.State);
    }

    private static RerunWorkflowFromEventRequest From(uint id) => new() { SourceInstanceId = Id, EventId = id, NewInstanceId = "again" };

    private static OneInstance AnEnded()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        one.Result(1, "1");
        one.Answer(Task(2, input: "old"));
        one.Result(2, "2");
        one.Answer(Complete());
        return one;
    }
}
