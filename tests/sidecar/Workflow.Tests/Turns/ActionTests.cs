using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Turns;

public sealed class ActionTests
{
    [Fact]
    public void An_activity_is_asked_for_as_it_was_scheduled()
    {
        var one = new OneInstance();
        var outcome = one.Answer(new WorkflowAction
        {
            Id = 3,
            ScheduleTask = new ScheduleTaskAction { Name = "Ship", Version = "2", Input = "", TaskExecutionId = "abc" },
        });

        var activity = Assert.Single(outcome.Activities);
        Assert.Equal(
            new ActivityRequest { Name = "Ship", Version = "2", Input = "", TaskId = 3, TaskExecutionId = "abc", WorkflowInstance = new WorkflowInstance { InstanceId = Id } },
            activity.Request);
        Assert.Null(activity.TargetAppId);
        Assert.Equal(3, one.History[^1].EventId);
        Assert.Null(one.History[^1].Router);

        var item = WorkItem.Parser.ParseFrom(WorkItemBytes.Of(activity, "token"));
        Assert.Equal((activity.Request, "token"), (item.ActivityRequest, item.CompletionToken));
    }

    [Fact]
    public void An_activity_of_another_app_says_who_really_asks()
    {
        var one = new OneInstance();
        var action = Task(0);
        action.Router = new TaskRouter { SourceAppId = "liar", TargetAppId = "ship" };
        var outcome = one.Answer(action);

        Assert.Equal("ship", Assert.Single(outcome.Activities).TargetAppId);
        Assert.Equal(App, one.History[^1].Router.SourceAppId);

        one.Result(0, "1");
        Assert.Equal(one.History[^1].Router, one.Request().NewEvents[1].Router);
    }

    [Fact]
    public void A_timer_keeps_its_time_to_the_nanosecond_and_its_origin()
    {
        var one = new OneInstance();
        var forever = new Timestamp { Seconds = 253402300799, Nanos = 999_999_999 };
        var retry = Timer(2, new Timestamp { Seconds = 1_900_000_000, Nanos = 1 });
        retry.CreateTimer.ActivityRetry = new TimerOriginActivityRetry { TaskExecutionId = "x" };
        var childRetry = Timer(3, forever);
        childRetry.CreateTimer.ChildWorkflowRetry = new TimerOriginChildWorkflowRetry { InstanceId = "y" };
        var plain = Timer(4, forever);
        plain.CreateTimer.CreateTimer = new TimerOriginCreateTimer();
        plain.CreateTimer.Name = "named";
        var outcome = one.Answer(Timer(1, forever, "go"), retry, childRetry, plain);

        var created = one.History.Skip(2).Select(each => each.TimerCreated).ToList();
        Assert.Equal(forever, created[0].FireAt);
        Assert.Equal("go", created[0].ExternalEvent.Name);
        Assert.Equal(new Timestamp { Seconds = 1_900_000_000, Nanos = 1 }, created[1].FireAt);
        Assert.Equal("x", created[1].ActivityRetry.TaskExecutionId);
        Assert.Equal("y", created[2].ChildWorkflowRetry.InstanceId);
        Assert.NotNull(created[3].CreateTimer);
        Assert.Equal("named", created[3].Name);
        Assert.Equal([true, false, true, true], outcome.Timers.Select(timer => timer.Never));
    }

    [Fact]
    public void A_fired_timer_tells_when_it_was_due()
    {
        var one = new OneInstance();
        var at = new Timestamp { Seconds = 1_900_000_000, Nanos = 7 };
        one.Answer(Timer(1, at));
        one.Fire(1);

        var fired = one.Request().NewEvents[1];
        Assert.Equal((-1, 1, at), (fired.EventId, fired.TimerFired.TimerId, fired.TimerFired.FireAt));
        one.Answer();
        Assert.Empty(one.State.OpenTimers);
    }

    [Theory]
    [InlineData(1, "order-1:0001")]
    [InlineData(0x1234a, "order-1:234a")]
    public void A_child_without_an_id_is_named_after_its_parent(int id, string expected)
    {
        var outcome = new OneInstance().Answer(Child(id));
        Assert.Equal(expected, Assert.Single(outcome.Children).InstanceId);
    }

    [Fact]
    public void A_child_knows_its_parent()
    {
        var one = new OneInstance();
        var outcome = one.Answer(Child(5, "Pack", "parcel", "\"p\""));

        var child = Assert.Single(outcome.Children);
        Assert.False(child.Detached);
        var started = child.Started.ExecutionStarted;
        Assert.Equal((-1, App), (child.Started.EventId, child.Started.Router.SourceAppId));
        Assert.Equal(("Pack", "\"p\"", "parcel"), (started.Name, started.Input, started.WorkflowInstance.InstanceId));
        Assert.NotEqual(one.State.ExecutionId, started.WorkflowInstance.ExecutionId);
        Assert.Equal((5, "Order", App), (started.ParentInstance.TaskScheduledId, started.ParentInstance.Name, started.ParentInstance.AppId));
        Assert.Equal(new WorkflowInstance { InstanceId = Id, ExecutionId = one.State.ExecutionId }, started.ParentInstance.WorkflowInstance);
        Assert.Equal(new KnownChild(5, "parcel", null), Assert.Single(one.State.Children));
    }

    [Fact]
    public void A_child_whose_id_is_taken_has_failed()
    {
        var one = new OneInstance();
        var child = one.Answer(Child(5, childId: "parcel")).Children[0];
        one.Arrive(Arrivals.ChildRefused(child, one.Now()));

        var failed = one.Request().NewEvents[1].ChildWorkflowInstanceFailed;
        Assert.Equal((5, "WorkflowInstanceAlreadyExists"), (failed.TaskScheduledId, failed.FailureDetails.ErrorType));
    }

    [Fact]
    public void An_event_is_sent_and_remembered()
    {
        var one = new OneInstance();
        var outcome = one.Answer(new WorkflowAction
        {
            Id = 2,
            SendEvent = new SendEventAction { Instance = new WorkflowInstance { InstanceId = "other" }, Name = "go", Data = "" },
        });

        Assert.Equal(new EventSentEvent { InstanceId = "other", Name = "go", Input = "" }, one.History[^1].EventSent);
        var message = Assert.Single(outcome.Messages);
        Assert.Equal(("other", null, null), (message.InstanceId, message.TargetAppId, message.ExecutionId));
        Assert.Equal(new EventRaisedEvent { Name = "go", Input = "" }, message.Event.EventRaised);
    }

    [Fact]
    public void A_workflow_may_end_another()
    {
        var outcome = new OneInstance().Answer(new WorkflowAction
        {
            Id = 2,
            TerminateWorkflow = new TerminateWorkflowAction { InstanceId = "other", Reason = "enough", Recurse = true },
        });

        var message = Assert.Single(outcome.Messages);
        Assert.Equal(("other", new ExecutionTerminatedEvent { Input = "enough", Recurse = true }), (message.InstanceId, message.Event.ExecutionTerminated));
        Assert.Equal(2, outcome.EventCount);
    }

    [Fact]
    public void A_detached_workflow_has_no_parent()
    {
        var one = new OneInstance();
        var at = new Timestamp { Seconds = 1_900_000_000 };
        var outcome = one.Answer(new WorkflowAction
        {
            Id = 2,
            CreateDetachedWorkflow = new CreateDetachedWorkflowAction
            {
                InstanceId = "free", Name = "Bill", Input = "1", ScheduledStartTimestamp = at, ExecutionId = "run", Tags = { ["a"] = "b" },
            },
        });

        var child = Assert.Single(outcome.Children);
        var started = child.Started.ExecutionStarted;
        Assert.True(child.Detached);
        Assert.Equal(("free", "Bill", "1", "run", at, "b"), (child.InstanceId, started.Name, started.Input, started.WorkflowInstance.ExecutionId, started.ScheduledStartTimestamp, started.Tags["a"]));
        Assert.Equal("free", one.History[^1].DetachedWorkflowInstanceCreated.InstanceId);
        Assert.Empty(one.State.OpenChildren);
    }

    [Fact]
    public void What_was_set_going_with_the_last_answer_still_runs()
    {
        var one = new OneInstance();
        var outcome = one.Answer(Task(0), Child(1), Timer(2, new Timestamp { Seconds = 1_900_000_000 }), Complete(0, "1"));

        Assert.True(outcome.Ended);
        Assert.Single(outcome.Activities);
        Assert.Single(outcome.Children);
        Assert.Empty(outcome.Timers);
        Assert.Equal(OrchestrationStatus.Completed, one.State.Status);
    }

    [Fact]
    public void What_comes_after_the_end_has_no_effect()
    {
        var one = new OneInstance();
        var outcome = one.Answer(Complete(1, "first"), Task(2), Complete(3, "second"));

        Assert.Equal("first", one.State.View().ToState(payloads: true, watched: false).Output);
        Assert.Empty(outcome.Activities);
        Assert.Equal(Kind.ExecutionCompleted, one.History[^1].EventTypeCase);
        Assert.Equal(3, outcome.EventCount);
    }
}
