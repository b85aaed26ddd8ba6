using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Turns;

public sealed class ContinuingTests
{
    [Fact]
    public void The_next_run_has_a_new_input_and_what_was_carried_over()
    {
        var one = new OneInstance();
        one.Answer(Task(1), Timer(2, new Timestamp { Seconds = 1_900_000_000 }));
        one.Raise("a", "1");
        one.Raise("b", "");
        one.Raise("c");
        one.Begin();
        var before = one.State;
        var outcome = one.Answer(Task(3), Again("\"again\"", [.. one.Inbox]), Task(4));

        Assert.Equal((TurnKind.ContinuedAsNew, 3), (outcome.Kind, outcome.Consumed));
        Assert.Empty(outcome.Activities);
        Assert.Equal([2], outcome.TimersToDelete);
        Assert.Equal(0, outcome.EventCount);
        Assert.Equal((2, OrchestrationStatus.Running), (one.State.Generation, one.State.Status));

        var request = one.Request();
        Assert.Empty(request.PastEvents);
        Assert.Equal([Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.EventRaised, Kind.EventRaised, Kind.EventRaised], request.NewEvents.Select(each => each.EventTypeCase));
        Assert.Equal(["1", "", null], request.NewEvents.Skip(2).Select(each => each.EventRaised.Input));
        var started = request.NewEvents[1].ExecutionStarted;
        Assert.Equal(("Order", "\"again\"", Id), (started.Name, started.Input, started.WorkflowInstance.InstanceId));
        Assert.NotEqual(before.ExecutionId, started.WorkflowInstance.ExecutionId);
        Assert.Equal(started.WorkflowInstance.ExecutionId, request.ExecutionId);
        Assert.Equal(App, request.NewEvents[1].Router.SourceAppId);
    }

    [Fact]
    public void Results_of_the_old_run_mean_nothing_to_the_next()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        var old = one.State.OpenActivities[1];
        one.Raise("go");
        one.Answer(Again("2"));
        one.Answer();
        one.Arrive(Arrivals.TaskEnded(old, new ActivityResponse { Result = "late" }, one.Now()));

        Assert.NotNull(one.Begin().Foregone);
    }

    [Fact]
    public void The_parent_stays_the_parent()
    {
        var started = Creation.Started(new CreateInstanceRequest { InstanceId = "child", Name = "Pack" }, App, null, new Timestamp { Seconds = 1 });
        started.ExecutionStarted.ParentInstance = new ParentInstanceInfo { TaskScheduledId = 7, WorkflowInstance = new WorkflowInstance { InstanceId = "p", ExecutionId = "r" } };
        var one = new OneInstance(started);

        Assert.Empty(one.Answer(Again("1")).Messages);
        Assert.Equal("p", Assert.Single(one.Answer(Complete()).Messages).InstanceId);
    }

    [Fact]
    public void After_twenty_in_one_go_there_is_a_pause()
    {
        var one = new OneInstance();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 1; i <= 20; i++)
            {
                Assert.Equal(i == 20, one.Answer(Again("1")).Continuation!.Pause);
            }
        }
    }

    [Fact]
    public void Who_does_something_in_between_is_not_hurried()
    {
        var one = new OneInstance();
        for (var i = 0; i < 50; i++)
        {
            one.Answer(Task(1));
            one.Result(1, "1");
            Assert.False(one.Answer(Again("1")).Continuation!.Pause);
        }

        Assert.Equal(51, one.State.Generation);
    }

    [Fact]
    public void A_run_that_continues_is_never_pending()
    {
        var one = new OneInstance();
        one.Answer(response => response.CustomStatus = "half", Again("\"next\""));

        var state = one.State.View().ToState(payloads: true, watched: false);
        Assert.Equal((OrchestrationStatus.Running, "Order", "\"next\"", "half"), (state.WorkflowStatus, state.Name, state.Input, state.CustomStatus));
        Assert.Equal(one.State.Started.Timestamp, state.CreatedTimestamp);
        Assert.Equal(one.State.Started.Timestamp, state.LastUpdatedTimestamp);
    }

    [Fact]
    public void Events_that_a_worker_left_undated_are_dated()
    {
        var one = new OneInstance();
        one.Answer(Again("1", new HistoryEvent { EventId = -1, Timestamp = new Timestamp(), EventRaised = new EventRaisedEvent { Name = "a" } }));
        Assert.True(one.Request().NewEvents[2].Timestamp.Seconds > 1_700_000_000);
    }

    [Fact]
    public void A_traced_run_begins_a_new_trace()
    {
        var trace = new TraceContext { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        var one = new OneInstance(Creation.Started(new CreateInstanceRequest { InstanceId = Id, Name = "Order" }, App, trace, new Timestamp { Seconds = 1 }));
        var before = one.State.Started.ExecutionStarted;
        one.Answer(Again("1"));
        var after = one.State.Started.ExecutionStarted;

        Assert.NotEqual(before.ParentTraceContext.TraceParent.Split('-')[1], after.ParentTraceContext.TraceParent.Split('-')[1]);
        Assert.NotEqual(before.WorkflowSpanId, after.WorkflowSpanId);
        Assert.Null(new OneInstance().Answer(Again("1")).Continuation!.State.Started.ExecutionStarted.ParentTraceContext);
    }
}
