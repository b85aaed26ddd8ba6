using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Turns;

public sealed class BeginTests
{
    [Fact]
    public void The_first_item_has_no_past_and_starts_with_the_clock()
    {
        var request = new OneInstance().Request();

        Assert.Empty(request.PastEvents);
        Assert.Equal([Kind.WorkflowStarted, Kind.ExecutionStarted], request.NewEvents.Select(one => one.EventTypeCase));
        Assert.All(request.NewEvents, one => Assert.Equal(-1, one.EventId));
        Assert.Equal(App, request.NewEvents[1].Router.SourceAppId);
        Assert.NotEmpty(request.NewEvents[1].ExecutionStarted.WorkflowInstance.ExecutionId);
    }

    [Fact]
    public void Every_item_names_its_instance_its_run_and_its_token()
    {
        var one = new OneInstance();
        var item = WorkItem.Parser.ParseFrom(one.Begin().ToWorkItem("abc", 0));

        Assert.Equal("abc", item.CompletionToken);
        Assert.Equal(Id, item.WorkflowRequest.InstanceId);
        Assert.Equal(one.State.ExecutionId, item.WorkflowRequest.ExecutionId);
        Assert.False(item.WorkflowRequest.RequiresHistoryStreaming);
        Assert.Null(item.WorkflowRequest.CachedHistory);
    }

    [Fact]
    public void A_start_without_a_router_gets_one()
    {
        var started = Creation.Started(new CreateInstanceRequest { InstanceId = Id, Name = "Order" }, App, null, new Timestamp { Seconds = 1 });
        started.Router = null;

        Assert.Equal(App, new OneInstance(started).Request().NewEvents[1].Router.SourceAppId);
    }

    [Fact]
    public void One_activity_leaves_the_canonical_history()
    {
        var one = new OneInstance();
        one.Answer(Task(0));
        one.Result(0, "1");
        one.Answer(Complete(0, "2"));

        Assert.Equal(
            [Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.TaskScheduled, Kind.WorkflowStarted, Kind.TaskCompleted, Kind.ExecutionCompleted],
            one.History.Select(each => each.EventTypeCase));
        Assert.Equal([-1, -1, 0, -1, -1, 0], one.History.Select(each => each.EventId));
        Assert.Equal(0, one.History[4].TaskCompleted.TaskScheduledId);
    }

    [Fact]
    public void A_result_counts_once()
    {
        var one = new OneInstance();
        one.Answer(Task(1), Task(2, "Bill"));
        one.Result(1, "first");
        one.Result(1, "second");
        one.Result(2, "third");

        var request = one.Request();
        Assert.Equal(["first", "third"], request.NewEvents.Skip(1).Select(each => each.TaskCompleted.Result));

        var outcome = one.Answer();
        Assert.Equal(3, outcome.Consumed);
        Assert.False(one.State.Wants(Arrivals.TaskEnded(outcomeOf(1), new ActivityResponse(), one.Now())));

        static ScheduledActivity outcomeOf(int id) => new(new ActivityRequest { TaskId = id }, null, null);
    }

    [Fact]
    public void A_failure_after_a_result_is_a_repetition_too()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        var activity = one.State.OpenActivities[1];
        one.Result(1, "first");
        one.Arrive(Arrivals.TaskRefused(activity, "Gone", "no worker", one.Now()));

        Assert.Equal([Kind.WorkflowStarted, Kind.TaskCompleted], one.Request().NewEvents.Select(each => each.EventTypeCase));
    }

    [Fact]
    public void What_nobody_awaits_needs_no_worker()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        one.Arrive(new HistoryEvent { EventId = -1, Timestamp = one.Now(), TimerFired = new TimerFiredEvent { TimerId = 1 } });
        one.Arrive(new HistoryEvent { EventId = -1, Timestamp = one.Now(), ChildWorkflowInstanceCompleted = new ChildWorkflowInstanceCompletedEvent { TaskScheduledId = 1 } });

        var foregone = one.Begin().Foregone;
        Assert.NotNull(foregone);
        Assert.Equal((TurnKind.Applied, 2, 0), (foregone.Kind, foregone.Consumed, foregone.EventCount));
        Assert.Equal(3, one.State.History.Count);
    }

    [Fact]
    public void An_ended_instance_takes_nothing_more()
    {
        var one = new OneInstance();
        one.Answer(Complete());
        one.Raise("late");
        one.Arrive(Arrivals.Terminated(null, recurse: true, one.Now()));

        var foregone = one.Begin().Foregone;
        Assert.NotNull(foregone);
        Assert.Equal((2, 0, true), (foregone.Consumed, foregone.EventCount, foregone.Ended));
        Assert.Empty(foregone.Messages);
    }

    [Fact]
    public void The_clock_of_a_workflow_never_goes_back()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        var before = one.History[0].Timestamp;
        one.Jump(TimeSpan.FromDays(-2));
        one.Result(1, "1");

        Assert.Equal(before, one.Request().NewEvents[0].Timestamp);
    }

    [Fact]
    public void Beginning_again_loses_and_repeats_nothing()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        one.Result(1, "1");
        one.Begin();
        one.Raise("go", "2");

        var request = one.Request();
        Assert.Equal(3, request.PastEvents.Count);
        Assert.Equal([Kind.WorkflowStarted, Kind.TaskCompleted, Kind.EventRaised], request.NewEvents.Select(each => each.EventTypeCase));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(7)]
    public void A_worker_that_keeps_history_is_sent_the_rest(int cached)
    {
        var one = new OneInstance();
        one.Answer(Task(1), Task(2, "Bill"));
        one.Result(1, new string('x', 300));
        one.Answer(Task(3));
        one.Raise("go");

        var turn = one.Begin();
        Assert.Equal(7, turn.PastCount);
        var request = WorkItem.Parser.ParseFrom(turn.ToWorkItem("t", cached)).WorkflowRequest;
        Assert.Equal(one.History.Skip(cached), request.PastEvents);
        Assert.Equal(turn.NewEvents, request.NewEvents);
        Assert.Equal(cached, request.CachedHistory?.EventCount ?? 0);
    }

    [Fact]
    public void What_a_parent_passed_on_is_in_every_item()
    {
        var inherited = new PropagatedHistory { Scope = HistoryPropagationScope.Lineage, Chunks = { new PropagatedHistoryChunk { AppId = "a" } } };
        var one = new OneInstance(inherited: inherited);

        Assert.Equal(inherited, one.Request().PropagatedHistory);
        one.Answer(Task(1));
        one.Result(1, "1");
        Assert.Equal(inherited, one.Request().PropagatedHistory);
    }
}
