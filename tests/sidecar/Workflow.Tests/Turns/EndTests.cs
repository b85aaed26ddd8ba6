using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Turns;

public sealed class EndTests
{
    [Fact]
    public void A_parent_is_told_the_result()
    {
        var child = AChild();
        var message = Assert.Single(child.Answer(Complete(1, "\"done\"")).Messages);

        Assert.Equal(("parent", "parent-run", (string?)null), (message.InstanceId, message.ExecutionId, message.TargetAppId));
        Assert.Equal(new ChildWorkflowInstanceCompletedEvent { TaskScheduledId = 7, Result = "\"done\"" }, message.Event.ChildWorkflowInstanceCompleted);
        Assert.Equal(-1, message.Event.EventId);
    }

    [Fact]
    public void A_parent_in_another_app_is_told_there()
    {
        var child = AChild("elsewhere");
        Assert.Equal("elsewhere", Assert.Single(child.Answer(Complete()).Messages).TargetAppId);
    }

    [Fact]
    public void A_parent_is_told_of_a_failure_with_its_details()
    {
        var failed = Assert.Single(AChild().Answer(Fail("Bad", "luck")).Messages).Event.ChildWorkflowInstanceFailed;
        Assert.Equal((7, "Bad", "luck"), (failed.TaskScheduledId, failed.FailureDetails.ErrorType, failed.FailureDetails.ErrorMessage));
    }

    [Fact]
    public void A_parent_is_told_of_a_termination_without_details()
    {
        var child = AChild();
        child.Answer();
        child.Arrive(Arrivals.Terminated("out", recurse: true, child.Now()));
        var failed = Assert.Single(child.Answer().Messages).Event.ChildWorkflowInstanceFailed;
        Assert.Null(failed.FailureDetails);
    }

    [Fact]
    public void A_termination_reaches_open_children_only_when_it_says_so()
    {
        foreach (var recurse in new[] { true, false })
        {
            var one = new OneInstance();
            one.Answer(Child(1, childId: "a"), Child(2, childId: "b"), Child(3, childId: "c"));
            one.Arrive(new HistoryEvent { EventId = -1, Timestamp = one.Now(), ChildWorkflowInstanceCompleted = new ChildWorkflowInstanceCompletedEvent { TaskScheduledId = 2 } });
            one.Answer();
            one.Arrive(Arrivals.Terminated("out", recurse, one.Now()));
            var outcome = one.Answer();

            Assert.Equal(recurse ? ["a", "c"] : [], outcome.Messages.Select(message => message.InstanceId));
            Assert.All(outcome.Messages, message => Assert.Equal(new ExecutionTerminatedEvent { Input = "out", Recurse = true }, message.Event.ExecutionTerminated));
        }
    }

    [Fact]
    public void A_termination_ends_even_when_the_worker_goes_on()
    {
        var one = new OneInstance();
        one.Answer(Task(1), Timer(2, new Timestamp { Seconds = 1_900_000_000 }));
        one.Arrive(Arrivals.Terminated("\"out\"", recurse: false, one.Now()));
        one.Result(1, "1");

        // A .NET worker sees a termination only when it comes last.
        var outcome = one.Answer(Task(3), Child(4));
        Assert.True(outcome.Ended);
        Assert.Empty(outcome.Activities);
        Assert.Empty(outcome.Children);
        Assert.Equal([2], outcome.TimersToDelete);
        var state = one.State.View().ToState(payloads: true, watched: false);
        Assert.Equal((OrchestrationStatus.Terminated, "\"out\""), (state.WorkflowStatus, state.Output));
    }

    [Fact]
    public void The_output_of_a_termination_is_kept_when_the_worker_drops_it()
    {
        var one = new OneInstance();
        one.Answer();
        one.Arrive(Arrivals.Terminated("\"out\"", recurse: false, one.Now()));
        one.Answer(Complete(0, null, OrchestrationStatus.Terminated));

        Assert.Equal("\"out\"", one.State.View().ToState(payloads: true, watched: false).Output);
    }

    [Fact]
    public void Who_ends_by_itself_in_the_same_turn_has_not_been_terminated()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        one.Result(1, "1");
        one.Arrive(Arrivals.Terminated(null, recurse: true, one.Now()));
        one.Answer(Complete(1, "2"));

        Assert.Equal(OrchestrationStatus.Completed, one.State.Status);
    }

    [Fact]
    public void Who_is_terminated_does_not_continue_as_new()
    {
        var one = new OneInstance();
        one.Answer();
        one.Arrive(Arrivals.Terminated("out", recurse: false, one.Now()));
        var outcome = one.Answer(Task(1), Again("2"));

        Assert.Equal((TurnKind.Applied, true), (outcome.Kind, outcome.Ended));
        Assert.Equal(OrchestrationStatus.Terminated, one.State.Status);
    }

    [Fact]
    public void An_end_drops_the_timers()
    {
        var one = new OneInstance();
        one.Answer(Timer(1, new Timestamp { Seconds = 1_900_000_000 }), Timer(2, new Timestamp { Seconds = 1_900_000_000 }), Task(3));
        one.Fire(1);
        Assert.Equal([2], one.Answer(Complete()).TimersToDelete);
    }

    [Fact]
    public void A_failure_keeps_its_details_and_has_no_output()
    {
        var one = new OneInstance();
        one.Answer(Fail("Bad", "luck", 4));
        var state = one.State.View().ToState(payloads: true, watched: false);
        Assert.Equal((OrchestrationStatus.Failed, null, "luck"), (state.WorkflowStatus, state.Output, state.FailureDetails.ErrorMessage));
        Assert.Equal((4, Kind.ExecutionCompleted), (one.History[^1].EventId, one.History[^1].EventTypeCase));
    }

    private static OneInstance AChild(string parentApp = App)
    {
        var started = Creation.Started(new CreateInstanceRequest { InstanceId = "child", Name = "Pack" }, App, null, new Timestamp { Seconds = 1 });
        started.ExecutionStarted.ParentInstance = new ParentInstanceInfo
        {
            TaskScheduledId = 7,
            Name = "Order",
            AppId = parentApp,
            WorkflowInstance = new WorkflowInstance { InstanceId = "parent", ExecutionId = "parent-run" },
        };
        return new OneInstance(started);
    }
}
