using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Protos.Workflow;
using Workflow.Tests.Conformance.Ground;
using Act = Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Conformance;

/// <summary>How instances begin: rows 1 to 6 of the conformance list.</summary>
public sealed class StartTests
{
    [Theory, OnEveryStore]
    public async Task A_fresh_instance_gets_its_clock_and_its_start(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var turn = await hub.BeginAsync(worker, "a", Act.Complete());

        Assert.Empty(turn.PastEvents);
        Assert.Equal([Kind.WorkflowStarted, Kind.ExecutionStarted], turn.NewEvents.Select(one => one.EventTypeCase));
        Assert.All(turn.NewEvents, one => Assert.Equal(-1, one.EventId));
        Assert.Equal(hub.Sidecar.AppId, turn.NewEvents[1].Router.SourceAppId);
        Assert.NotEmpty(turn.NewEvents[1].ExecutionStarted.WorkflowInstance.ExecutionId);
        Assert.Equal(turn.ExecutionId, turn.NewEvents[1].ExecutionStarted.WorkflowInstance.ExecutionId);
    }

    [Theory, OnEveryStore]
    public async Task One_activity_leaves_the_canonical_history(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(0, "Ship", "1"));
        var activity = await worker.ActivityAsync("a");
        Assert.Equal(("Ship", "1", 0), (activity.Name, activity.Input, activity.TaskId));
        await worker.ResultAsync(activity, "2");
        await worker.StepAsync("a", Act.Complete(0, "3"));

        Assert.Equal("3", (await hub.EndAsync("a")).Output);
        var history = await hub.HistoryAsync("a");
        Assert.Equal(
            [Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.TaskScheduled, Kind.WorkflowStarted, Kind.TaskCompleted, Kind.ExecutionCompleted],
            history.Select(one => one.EventTypeCase));
        Assert.Equal([-1, -1, 0, -1, -1, 0], history.Select(one => one.EventId));
    }

    [Theory, OnEveryStore]
    public async Task A_start_returns_with_the_first_turn(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var start = hub.StartAsync("a");
        var turn = await worker.TurnAsync("a");
        await hub.UntilAsync("a", OrchestrationStatus.Pending);
        Assert.False(start.IsCompleted);

        await worker.AnswerAsync(turn);
        await start;
        Assert.Equal(OrchestrationStatus.Running, await hub.StatusAsync("a"));
    }

    [Theory, OnEveryStore]
    public async Task A_start_for_later_returns_at_once_and_runs_then(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var at = TimeProvider.System.GetUtcNow().AddSeconds(1.5);
        await hub.StartAsync("later", more: request => request.ScheduledStartTimestamp = at.ToTimestamp());

        var pending = (await hub.GetAsync("later")).WorkflowState;
        Assert.Equal((OrchestrationStatus.Pending, "", -62135596800), (pending.WorkflowStatus, pending.Name, pending.CreatedTimestamp.Seconds));

        var turn = await worker.StepAsync("later", Act.Complete());
        Assert.True(turn.NewEvents[0].Timestamp.ToDateTimeOffset() >= at.AddMilliseconds(-1));
        Assert.Equal(at.ToTimestamp(), turn.NewEvents[1].ExecutionStarted.ScheduledStartTimestamp);
        Assert.Equal("any", (await hub.EndAsync("later")).Name);
    }

    [Theory, OnEveryStore]
    public async Task A_start_for_1970_returns_at_once_and_runs_now(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.StartAsync("a", more: request => request.ScheduledStartTimestamp = new Timestamp());
        await worker.StepAsync("a", Act.Complete());
        Assert.Equal(OrchestrationStatus.Completed, (await hub.EndAsync("a")).WorkflowStatus);
    }

    [Theory, OnEveryStore]
    public async Task An_id_in_use_is_refused_and_an_ended_one_begins_anew(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1));
        await TaskHub.RefusedAsync(GrpcCode.AlreadyExists, "an active workflow with ID 'a' already exists", () => hub.StartAsync("a"));
        await worker.ResultAsync(await worker.ActivityAsync("a"), "1");
        await worker.StepAsync("a", Act.Complete(result: "first"));
        var first = await hub.EndAsync("a");

        var turn = await hub.BeginAsync(worker, "a", Act.Complete(result: "second"));
        Assert.Empty(turn.PastEvents);
        var second = await hub.EndAsync("a");
        Assert.Equal("second", second.Output);
        Assert.True(second.CreatedTimestamp > first.CreatedTimestamp);
        Assert.Equal(3, (await hub.HistoryAsync("a")).Count);
    }

    [Theory, OnEveryStore]
    public async Task An_ended_id_whose_child_runs_is_refused(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Child(1, childId: "c"), Act.Complete());
        await worker.StepAsync("c", Act.Task(1));
        await hub.EndAsync("a");

        await TaskHub.RefusedAsync(GrpcCode.AlreadyExists, "child workflow 'c'", () => hub.StartAsync("a"));
        await worker.ResultAsync(await worker.ActivityAsync("c"), "1");
        await worker.StepAsync("c", Act.Complete());
        await hub.EndAsync("c");
        await hub.BeginAsync(worker, "a", Act.Complete());
    }

    [Theory, OnEveryStore]
    public async Task Nobody_is_told_so_by_each_call_in_its_way(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var none = await hub.GetAsync("none");
        Assert.False(none.Exists);
        Assert.Null(none.WorkflowState);
        await TaskHub.RefusedAsync(GrpcCode.DeadlineExceeded, "", () => hub.WaitForEndAsync("none", TimeSpan.FromMilliseconds(300)));
        await TaskHub.RefusedAsync(GrpcCode.Unknown, "no such instance exists", () => hub.RaiseAsync("none", "go"));
        await TaskHub.RefusedAsync(GrpcCode.Unknown, "failed to submit termination request: no such instance exists", () => hub.TerminateAsync("none"));
        await TaskHub.RefusedAsync(GrpcCode.Unknown, "no such instance exists", () => hub.SuspendAsync("none"));
        await TaskHub.RefusedAsync(GrpcCode.Unknown, "no such instance exists", () => hub.ResumeAsync("none"));
        await TaskHub.RefusedAsync(GrpcCode.Unknown, "failed to purge workflow state: no such instance exists", () => hub.PurgeAsync("none"));
        await TaskHub.RefusedAsync(GrpcCode.NotFound, "", () => hub.HistoryAsync("none"));
    }

    [Theory, OnEveryStore]
    public async Task Who_waits_for_nobody_is_answered_when_it_comes(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var (started, ended) = (hub.WaitForStartAsync("a"), hub.EndAsync("a"));
        await hub.BeginAsync(worker, "a", Act.Task(1));
        Assert.Equal(OrchestrationStatus.Running, (await started).WorkflowState.WorkflowStatus);
        Assert.False(ended.IsCompleted);
        await worker.ResultAsync(await worker.ActivityAsync("a"), null);
        await worker.StepAsync("a", Act.Complete());
        Assert.Equal(OrchestrationStatus.Completed, (await ended).WorkflowStatus);
    }

    [Theory, OnEveryStore]
    public async Task Without_a_worker_starts_and_events_are_kept(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        await hub.StartAsync("a");
        await hub.RaiseAsync("a", "go", "1");
        Assert.Equal(OrchestrationStatus.Pending, await hub.StatusAsync("a"));

        var worker = await hub.ConnectAsync();
        var turn = await worker.StepAsync("a", Act.Complete());
        Assert.Equal([Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.EventRaised], turn.NewEvents.Select(one => one.EventTypeCase));
    }

    [Theory, OnEveryStore]
    public async Task A_start_without_an_id_makes_one(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var id = await hub.StartAsync("");
        Assert.True(Guid.TryParse(id, out _));
        Assert.Equal(OrchestrationStatus.Pending, await hub.StatusAsync(id));
    }
}
