using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;

namespace Workflow.Tests.Turns;

/// <summary>Answers that do not fit: nothing has changed afterwards, and people are told what is wrong.</summary>
public sealed class FitTests
{
    public static TheoryData<string, WorkflowAction> Misfits => new()
    {
        { "of a kind that this sidecar does not know", new WorkflowAction { Id = 9 } },
        { "has no time", new WorkflowAction { Id = 9, CreateTimer = new CreateTimerAction() } },
        { "has no time", Timer(9, new Timestamp { Seconds = 1, Nanos = -1 }) },
        { "has no time", Timer(9, new Timestamp { Seconds = long.MaxValue }) },
        { "without an id", new WorkflowAction { Id = 9, CreateDetachedWorkflow = new CreateDetachedWorkflowAction { Name = "x" } } },
        { "which is no end", Complete(9, null, OrchestrationStatus.Running) },
        { "which is no end", Complete(9, null, OrchestrationStatus.Pending) },
        { "two actions with the id 8", Task(8, "Other") },
        { "1 is an activity of another name", Task(1, "Other") },
        { "in the history 1 is an activity", Timer(1, new Timestamp { Seconds = 1_900_000_000 }) },
        { "that the history has already, with its end", Task(1) },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_misfit_is_refused_with_its_reason(string reason, WorkflowAction misfit)
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        one.Result(1, "1");
        var (events, view) = (one.State.History.Count, one.State.View());

        var outcome = one.Answer(Task(8), misfit);

        Assert.Equal((TurnKind.Rejected, 0, 0), (outcome.Kind, outcome.Consumed, outcome.EventCount));
        Assert.Contains(reason, outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(events, one.State.History.Count);
        Assert.Equal(view.ToState(payloads: true, watched: true), one.State.View().ToState(payloads: true, watched: true));
        Assert.Empty(one.State.OpenActivities.Keys.Except([1]));

        Assert.Equal(TurnKind.Applied, one.Answer(Complete()).Kind);
    }

    [Fact]
    public void A_worker_may_repeat_what_it_cannot_know_was_heard()
    {
        var one = new OneInstance();
        one.Arrive(Arrivals.Suspended(null, one.Now()));
        one.Answer(Task(1));
        one.Result(1, "1");

        // Suspended, a JavaScript worker sees neither that its activity was scheduled nor that it has ended.
        var outcome = one.Answer(Task(1));
        Assert.Equal(TurnKind.Applied, outcome.Kind);
        Assert.Empty(outcome.Activities);

        one.Raise("go");
        Assert.Empty(one.Answer(Task(1)).Activities);
        Assert.Single(one.History, each => each.EventTypeCase == HistoryEvent.EventTypeOneofCase.TaskScheduled);
    }

    [Fact]
    public void An_activity_that_still_runs_is_not_started_again()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        one.Raise("go");

        var outcome = one.Answer(Task(1), Task(2));
        Assert.Equal(2, Assert.Single(outcome.Activities).TaskId);
    }

    [Fact]
    public void Who_is_to_be_terminated_ends_whatever_the_worker_says()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        one.Arrive(Arrivals.Terminated("out", recurse: false, one.Now()));

        Assert.True(one.Answer(new WorkflowAction { Id = 3 }).Ended);
        Assert.Equal(OrchestrationStatus.Terminated, one.State.Status);
    }
}
