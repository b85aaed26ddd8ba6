using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Workflow.Tests.Conformance.Ground;
using Act = Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Conformance;

/// <summary>Continue-as-new, suspension, timers and events: rows 14 to 17 and 21.</summary>
public sealed class GoingOnTests
{
    [Theory, OnEveryStore]
    public async Task A_new_run_keeps_only_what_was_carried_over(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var first = await hub.BeginAsync(worker, "a", Act.Task(1), Act.Timer(2, Soon(400)));
        var activity = await worker.ActivityAsync("a");
        await hub.RaiseAsync("a", "one", "1");
        var held = await worker.TurnAsync("a");
        var raises = Task.WhenAll(hub.RaiseAsync("a", "two", ""), hub.RaiseAsync("a", "three"));
        await worker.AnswerAsync(held);
        await raises;
        var (turn, raised) = await AllRaisedAsync(worker, held);
        await worker.AnswerAsync(turn, Act.Task(3), Act.Again("\"again\"", [.. raised]));

        var next = await worker.TurnAsync("a");
        Assert.Empty(next.PastEvents);
        Assert.Equal([Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.EventRaised, Kind.EventRaised, Kind.EventRaised], next.NewEvents.Select(one => one.EventTypeCase));
        Assert.Equal(raised.Select(one => one.EventRaised), next.NewEvents.Skip(2).Select(one => one.EventRaised));
        Assert.Equal("\"again\"", next.NewEvents[1].ExecutionStarted.Input);
        Assert.NotEqual(first.ExecutionId, next.ExecutionId);

        // The timer of the run before would be due before this one; the result of its activity comes now.
        await worker.AnswerAsync(next, Act.Timer(5, Soon(700)));
        await worker.ResultAsync(activity, "late");
        var fired = await worker.StepAsync("a", Act.Complete(result: "1"));
        Assert.Equal([Kind.WorkflowStarted, Kind.TimerFired], fired.NewEvents.Select(one => one.EventTypeCase));
        Assert.Equal(5, fired.NewEvents[1].TimerFired.TimerId);
        Assert.Equal("\"again\"", (await hub.EndAsync("a")).Input);
        Assert.False(worker.HasMore(item => item.ActivityRequest is not null));
    }

    [Theory, OnEveryStore]
    public async Task Who_only_ever_begins_anew_leaves_others_their_turn(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var starts = new[] { hub.StartAsync("endless"), hub.StartAsync("other") };
        var clocks = new List<DateTimeOffset>();
        for (var i = 0; i < 24; i++)
        {
            clocks.Add((await worker.StepAsync("endless", Act.Again($"{i}"))).NewEvents[0].Timestamp.ToDateTimeOffset());
            if (i == 18)
            {
                await worker.StepAsync("other", Act.Complete());
            }
        }

        await worker.StepAsync("endless", Act.Complete());
        await Task.WhenAll(starts);
        var gaps = clocks.Zip(clocks.Skip(1), (before, after) => after - before).ToList();
        Assert.Single(gaps, gap => gap > TimeSpan.FromMilliseconds(800));
        Assert.True(gaps[19] > TimeSpan.FromMilliseconds(800));
    }

    [Theory, OnEveryStore]
    public async Task A_suspended_instance_keeps_its_status_and_the_order_of_what_comes(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1));
        await hub.SuspendedAsync(worker, "a");
        await worker.ResultAsync(await worker.ActivityAsync("a"), "1");
        await worker.StepAsync("a");
        await hub.RaiseAsync("a", "go", "2");
        await worker.StepAsync("a");
        Assert.Equal(OrchestrationStatus.Suspended, await hub.StatusAsync("a"));

        var resumed = hub.ResumeAsync("a");
        var turn = await worker.StepAsync("a", Act.Complete());
        await resumed;
        Assert.Equal(
            [Kind.ExecutionSuspended, Kind.TaskCompleted, Kind.EventRaised],
            turn.PastEvents.Select(one => one.EventTypeCase).Where(kind => kind is Kind.ExecutionSuspended or Kind.TaskCompleted or Kind.EventRaised));
        Assert.Equal(Kind.ExecutionResumed, turn.NewEvents[1].EventTypeCase);
        Assert.Equal(OrchestrationStatus.Completed, (await hub.EndAsync("a")).WorkflowStatus);
    }

    [Theory, OnEveryStore]
    public async Task A_wait_without_end_is_told_to_the_nanosecond(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var forever = new Timestamp { Seconds = 253402300799, Nanos = 999_999_999 };
        await hub.BeginAsync(worker, "a", Act.Timer(0, forever, "go"));
        await hub.RaiseAsync("a", "GO");

        var created = (await worker.StepAsync("a", Act.Complete())).PastEvents[2];
        Assert.Equal((0, forever, "go"), (created.EventId, created.TimerCreated.FireAt, created.TimerCreated.ExternalEvent.Name));
        Assert.Equal(created, (await hub.HistoryAsync("a"))[2]);
    }

    [Theory, OnEveryStore]
    public async Task A_timer_of_a_wait_goes_with_its_event(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Timer(1, Soon(500), "go"), Act.Timer(2, Soon(800)));
        await hub.RaiseAsync("a", "Go");
        await worker.StepAsync("a");

        var turn = await worker.StepAsync("a", Act.Complete());
        Assert.Equal([Kind.WorkflowStarted, Kind.TimerFired], turn.NewEvents.Select(one => one.EventTypeCase));
        Assert.Equal(2, turn.NewEvents[1].TimerFired.TimerId);
    }

    [Theory, OnEveryStore]
    public async Task Timers_fire_in_time_and_in_order(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var at = Soon(300);
        await hub.BeginAsync(worker, "a", Act.Timer(1, Soon(500)), Act.Timer(2, at), Act.Timer(3, Soon(-5000)));
        Assert.Equal(3, (await worker.StepAsync("a")).NewEvents[1].TimerFired.TimerId);
        var second = await worker.StepAsync("a");
        Assert.Equal((2, at), (second.NewEvents[1].TimerFired.TimerId, second.NewEvents[1].TimerFired.FireAt));
        Assert.True(second.NewEvents[1].Timestamp.ToDateTimeOffset() >= at.ToDateTimeOffset().AddMilliseconds(-1));
        Assert.Equal(1, (await worker.StepAsync("a", Act.Complete())).NewEvents[1].TimerFired.TimerId);
    }

    [Theory, OnEveryStore]
    public async Task An_event_is_sent_to_who_is_there(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "target");
        await hub.BeginAsync(worker, "sender", Sends(1, "target"), Sends(2, "nobody"), Sends(3, "sender"), Act.Task(4));

        var raised = (await worker.StepAsync("target", Act.Complete())).NewEvents[1];
        Assert.Equal((-1, "go", "\"1\""), (raised.EventId, raised.EventRaised.Name, raised.EventRaised.Input));
        var own = (await worker.StepAsync("sender")).NewEvents[1].EventRaised;
        Assert.Equal("\"3\"", own.Input);
        await worker.ResultAsync(await worker.ActivityAsync("sender"), null);
        await worker.StepAsync("sender", Act.Complete());
        await hub.EndAsync("sender");
        Assert.Equal(3, (await hub.KindsAsync("sender")).Count(kind => kind == Kind.EventSent));
    }

    [Theory, OnEveryStore]
    public async Task A_workflow_may_end_another_and_set_one_free(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "target");
        await hub.BeginAsync(
            worker,
            "a",
            new WorkflowAction { Id = 1, TerminateWorkflow = new TerminateWorkflowAction { InstanceId = "target", Reason = "\"enough\"" } },
            new WorkflowAction { Id = 2, CreateDetachedWorkflow = new CreateDetachedWorkflowAction { InstanceId = "free", Name = "Free", Input = "1" } },
            Act.Complete());
        await worker.StepAsync("target");
        Assert.Equal((OrchestrationStatus.Terminated, "\"enough\""), await OutcomeAsync(hub, "target"));
        Assert.Null((await worker.StepAsync("free", Act.Complete(result: "2"))).NewEvents[1].ExecutionStarted.ParentInstance);
        Assert.Equal((OrchestrationStatus.Completed, "2"), await OutcomeAsync(hub, "free"));
    }

    [Theory, OnEveryStore]
    public async Task An_ended_workflow_runs_again_from_one_of_its_events(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1));
        await worker.ResultAsync(await worker.ActivityAsync("a"), "1");
        await worker.StepAsync("a", Act.Task(2, input: "old"));
        await worker.ResultAsync(await worker.ActivityAsync("a"), "2");
        await worker.StepAsync("a", Act.Complete(result: "2"));
        await hub.EndAsync("a");

        var rerun = hub.RerunAsync(new RerunWorkflowFromEventRequest { SourceInstanceId = "a", EventId = 2, NewInstanceId = "b", OverwriteInput = true, Input = "new" });
        var activity = await worker.ActivityAsync("b");
        Assert.Equal((2, "new"), (activity.TaskId, activity.Input));
        await worker.ResultAsync(activity, "3");
        var turn = await worker.StepAsync("b", Act.Complete(result: "3"));
        Assert.Equal("b", await rerun);
        Assert.Equal([Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.TaskScheduled, Kind.WorkflowStarted, Kind.TaskCompleted, Kind.TaskScheduled], turn.PastEvents.Select(one => one.EventTypeCase));
        Assert.Equal((OrchestrationStatus.Completed, "3"), await OutcomeAsync(hub, "b"));
    }

    private static async Task<(WorkflowRequest Turn, List<HistoryEvent> Raised)> AllRaisedAsync(Worker worker, WorkflowRequest held)
    {
        var raised = held.NewEvents.Where(one => one.EventTypeCase == Kind.EventRaised).ToList();
        while (true)
        {
            var turn = await worker.TurnAsync("a");
            raised.AddRange(turn.NewEvents.Where(one => one.EventTypeCase == Kind.EventRaised));
            if (raised.Count == 3)
            {
                return (turn, raised);
            }

            await worker.AnswerAsync(turn);
        }
    }

    private static async Task<(OrchestrationStatus, string?)> OutcomeAsync(TaskHub hub, string id) => await hub.EndAsync(id) is var state ? (state.WorkflowStatus, state.Output) : default;

    private static WorkflowAction Sends(int id, string target) =>
        new() { Id = id, SendEvent = new SendEventAction { Instance = new WorkflowInstance { InstanceId = target }, Name = "go", Data = $"\"{id}\"" } };

    private static Timestamp Soon(int milliseconds) => TimeProvider.System.GetUtcNow().AddMilliseconds(milliseconds).ToTimestamp();
}
