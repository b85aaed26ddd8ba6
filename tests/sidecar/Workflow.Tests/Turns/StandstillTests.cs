using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Turns;

/// <summary>Suspended on purpose, or stalled because nobody can go on.</summary>
public sealed class StandstillTests
{
    [Fact]
    public void A_suspended_instance_still_gets_what_arrives()
    {
        var one = new OneInstance();
        one.Answer(Task(1));
        one.Arrive(Arrivals.Suspended("", one.Now()));
        one.Answer();
        Assert.Equal(OrchestrationStatus.Suspended, one.State.Status);
        Assert.Null(one.History[^1].ExecutionSuspended.Input);

        one.Result(1, "1");
        one.Raise("go");
        Assert.Equal([Kind.WorkflowStarted, Kind.TaskCompleted, Kind.EventRaised], one.Request().NewEvents.Select(each => each.EventTypeCase));
        one.Answer();
        Assert.Equal(OrchestrationStatus.Suspended, one.State.Status);

        one.Arrive(Arrivals.Resumed("why", one.Now()));
        one.Answer(Task(2));
        Assert.Equal((OrchestrationStatus.Running, "why"), (one.State.Status, one.History[^2].ExecutionResumed.Input));
    }

    [Theory]
    [InlineData("a", "a b", true)]
    [InlineData("a b", "a b", true)]
    [InlineData("a a", "a a c", true)]
    [InlineData("a b", "a", false)]
    [InlineData("a b", "b a", false)]
    [InlineData("a b", "", false)]
    public void Patches_only_ever_grow(string before, string after, bool fits)
    {
        var one = new OneInstance();
        one.Answer(Patches(before.Split(' ')), Task(1));
        one.Result(1, "1");
        var outcome = one.Answer(Patches(after.Split(' ', StringSplitOptions.RemoveEmptyEntries)), Complete());

        Assert.Equal(fits ? TurnKind.Applied : TurnKind.Stalled, outcome.Kind);
        Assert.Equal(fits ? OrchestrationStatus.Completed : OrchestrationStatus.Stalled, one.State.Status);
        if (!fits)
        {
            Assert.Equal((0, 1), (outcome.Consumed, outcome.EventCount));
            Assert.Equal(StalledReason.PatchMismatch, one.History[^1].ExecutionStalled.Reason);
            Assert.Equal(outcome.Reason, one.History[^1].ExecutionStalled.Description);
            Assert.Single(one.Inbox);
        }
    }

    [Fact]
    public void Only_new_patches_are_kept_with_a_turn()
    {
        var one = new OneInstance();
        one.Answer(Patches("a"), Task(1));
        one.Result(1, "1");
        one.Answer(Patches("a", "b", "b"), Task(2));
        one.Result(2, "2");
        one.Answer(Patches("a", "b", "b"), Task(3));

        Assert.Equal([["a"], ["b", "b"], []], one.History.Where(each => each.EventTypeCase == Kind.WorkflowStarted).Select(each => each.WorkflowStarted.Version?.Patches.ToArray() ?? []));
    }

    [Fact]
    public void An_answer_that_ran_no_code_need_not_name_patches()
    {
        var one = new OneInstance();
        one.Answer(Patches("a"), Task(1));
        one.Arrive(Arrivals.Suspended(null, one.Now()));
        Assert.Equal(TurnKind.Applied, one.Answer().Kind);
        one.Arrive(Arrivals.Resumed(null, one.Now()));
        Assert.Equal(TurnKind.Applied, one.Answer(Patches("a")).Kind);
        one.Arrive(Arrivals.Terminated(null, recurse: false, one.Now()));
        Assert.Equal(TurnKind.Applied, one.Answer(Complete(0, null, OrchestrationStatus.Terminated)).Kind);
        Assert.Equal(OrchestrationStatus.Terminated, one.State.Status);
    }

    [Fact]
    public void A_stall_is_written_once_and_ends_with_the_next_event()
    {
        var one = new OneInstance();
        one.Answer(Patches("a"), Task(1));
        one.Result(1, "1");
        Assert.Equal(1, one.Answer(Patches("b"), Complete()).EventCount);
        var again = one.Answer(Patches("b"), Complete());
        Assert.Equal((TurnKind.Stalled, 0, 0), (again.Kind, again.EventCount, again.Consumed));
        Assert.Equal(2, one.Answer(Patches("c"), Complete()).EventCount + 1);

        Assert.Equal(TurnKind.Applied, one.Answer(Patches("a"), Complete()).Kind);
        Assert.Equal(OrchestrationStatus.Completed, one.State.Status);
    }

    [Fact]
    public void A_worker_without_the_version_stalls_the_instance()
    {
        var one = new OneInstance();
        var outcome = one.Answer(Task(1), new WorkflowAction { Id = 2, WorkflowVersionNotAvailable = new WorkflowVersionNotAvailableAction() });

        Assert.Equal((TurnKind.Stalled, 0), (outcome.Kind, outcome.Activities.Count));
        Assert.Equal(StalledReason.VersionNotAvailable, one.State.Stall!.Reason);
        Assert.Equal(OrchestrationStatus.Stalled, one.State.Status);
    }

    [Fact]
    public void A_version_is_shown_and_kept()
    {
        var one = new OneInstance();
        one.Answer(response => response.Version = new WorkflowVersion { Name = "OrderV2" }, Task(1));

        Assert.Equal("OrderV2", one.History[0].WorkflowStarted.Version.Name);
        Assert.Equal("OrderV2", one.State.View().ToState(payloads: false, watched: false).Version);
    }

    [Fact]
    public void A_history_too_large_to_send_stalls()
    {
        var one = new OneInstance(largest: 10_000);
        one.Answer(Task(1));
        one.Result(1, new string('x', 9_400));

        var outcome = one.Begin().Foregone;
        Assert.NotNull(outcome);
        Assert.Equal((TurnKind.Stalled, 0, 1), (outcome.Kind, outcome.Consumed, outcome.EventCount));
        Assert.Equal(StalledReason.PayloadSizeExceeded, one.State.Stall!.Reason);
        Assert.Equal(0, one.Begin().Foregone!.EventCount);

        // With a higher limit it goes on where it was.
        var larger = Turn.Begin(one.State, one.Inbox, one.Now(), new TurnLimits(20_000));
        Assert.Null(larger.Foregone);
        Assert.Equal(TurnKind.Applied, larger.Apply(new WorkflowResponse { Actions = { Complete() } }, one.Now()).Kind);
        Assert.Equal(OrchestrationStatus.Completed, one.State.Status);
    }

    [Fact]
    public void A_history_too_large_to_send_can_be_ended()
    {
        var one = new OneInstance(largest: 10_000);
        one.Answer(Task(1), Child(2, childId: "c"));
        one.Result(1, new string('x', 9_400));
        Assert.NotNull(one.Begin().Foregone);
        one.Arrive(Arrivals.Terminated("out", recurse: true, one.Now()));

        var outcome = one.Begin().Foregone;
        Assert.NotNull(outcome);
        Assert.Equal((TurnKind.Applied, true, 2), (outcome.Kind, outcome.Ended, outcome.Consumed));
        Assert.Equal("c", Assert.Single(outcome.Messages).InstanceId);
        Assert.Equal(OrchestrationStatus.Terminated, one.State.Status);
    }

    [Fact]
    public void An_activity_too_large_to_send_stalls_its_workflow()
    {
        var one = new OneInstance(largest: 10_000);
        var outcome = one.Answer(Task(1, input: new string('x', 9_800)));

        Assert.Equal((TurnKind.Stalled, 0), (outcome.Kind, outcome.Activities.Count));
        Assert.Equal(StalledReason.PayloadSizeExceeded, one.State.Stall!.Reason);
        Assert.Contains("'Ship'", outcome.Reason, StringComparison.Ordinal);
    }
}
