using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Workflow.Tests.Conformance.Ground;
using Act = Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Conformance;

/// <summary>Clocks that jump, and processes that end while instances wait.</summary>
public sealed class ClockTests
{
    [Theory, OnEveryStore]
    public async Task A_clock_put_back_does_not_turn_back_a_workflow(Store store)
    {
        var clock = new JumpingClock();
        await using var hub = await TaskHub.StartAsync(store, time: clock);
        var worker = await hub.ConnectAsync();
        var first = await hub.BeginAsync(worker, "a", Act.Task(1));
        clock.Jump(TimeSpan.FromDays(-1));
        await worker.ResultAsync(await worker.ActivityAsync("a"), "1");
        var second = await worker.StepAsync("a", Act.Timer(2, first.NewEvents[0].Timestamp));
        Assert.True(second.NewEvents[0].Timestamp >= first.NewEvents[0].Timestamp);

        // By the workflow's clock the timer is due; the computer's says so in a day.
        clock.Jump(TimeSpan.FromDays(1));
        await hub.RaiseAsync("a", "look");
        var kinds = new HashSet<Kind>();
        while (!kinds.IsSupersetOf([Kind.TimerFired, Kind.EventRaised]))
        {
            kinds.UnionWith((await worker.StepAsync("a")).NewEvents.Select(one => one.EventTypeCase));
        }
    }

    [Theory, OnEveryStore]
    public async Task A_clock_put_forward_fires_what_is_due(Store store)
    {
        var clock = new JumpingClock();
        await using var hub = await TaskHub.StartAsync(store, time: clock);
        var worker = await hub.ConnectAsync();
        var inAnHour = clock.GetUtcNow().AddHours(1).ToTimestamp();
        await hub.BeginAsync(worker, "a", Act.Timer(1, inAnHour));
        clock.Jump(TimeSpan.FromHours(2));

        // Anything that makes it look at the clock will do; by itself it does so twice a minute.
        await hub.BeginAsync(worker, "b", Act.Timer(1, clock.GetUtcNow().AddMilliseconds(50).ToTimestamp()));
        Assert.Equal(inAnHour, (await worker.StepAsync("a", Act.Complete())).NewEvents[1].TimerFired.FireAt);
        await hub.EndAsync("a");
    }

    [Theory, OnEveryStore(Lasting = true)]
    public async Task A_restart_loses_nothing_and_repeats_no_turn(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var soon = TimeProvider.System.GetUtcNow().AddSeconds(1.5).ToTimestamp();
        await hub.BeginAsync(worker, "timer", Act.Timer(1, soon));
        await hub.BeginAsync(worker, "task", Act.Task(1, "Ship", ""), Act.Task(2, "Bill"));
        await worker.ResultAsync(await worker.ActivityAsync("task"), "1");
        await hub.BeginAsync(worker, "parent", Act.Child(1, childId: "child"));
        await worker.StepAsync("child");
        await hub.UntilAsync("child", OrchestrationStatus.Running);
        await hub.BeginAsync(worker, "done", Act.Complete(result: ""));
        await hub.StartAsync("later", more: request => request.ScheduledStartTimestamp = soon);
        await hub.RaiseAsync("child", "go");
        var done = await hub.EndAsync("done");

        await hub.RestartAsync();
        worker = await hub.ConnectAsync();
        Assert.Equal(OrchestrationStatus.Running, await hub.StatusAsync("timer"));
        Assert.Equal("", (await hub.GetAsync("done")).WorkflowState.Output);
        Assert.Equal(done.LastUpdatedTimestamp, (await hub.GetAsync("done")).WorkflowState.LastUpdatedTimestamp);

        var task = await worker.StepAsync("task");
        Assert.Equal(("1", Kind.TaskCompleted), (task.NewEvents[1].TaskCompleted.Result, task.NewEvents[1].EventTypeCase));
        Assert.Equal(("Bill", null), await worker.ActivityAsync("task") is var bill ? (bill.Name, bill.Input) : default);
        await worker.ResultAsync(bill, "2");
        await worker.StepAsync("task", Act.Complete());
        Assert.Equal("go", (await worker.StepAsync("child", Act.Complete(result: "3"))).NewEvents[1].EventRaised.Name);
        Assert.Equal("3", (await worker.StepAsync("parent", Act.Complete())).NewEvents[1].ChildWorkflowInstanceCompleted.Result);
        Assert.Equal(soon, (await worker.StepAsync("timer", Act.Complete())).NewEvents[1].TimerFired.FireAt);
        await worker.StepAsync("later", Act.Complete());
        foreach (var id in new[] { "task", "child", "parent", "timer", "later" })
        {
            Assert.Equal(OrchestrationStatus.Completed, (await hub.EndAsync(id)).WorkflowStatus);
        }

        Assert.Equal(
            [Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.TaskScheduled, Kind.TaskScheduled, Kind.WorkflowStarted, Kind.TaskCompleted, Kind.WorkflowStarted, Kind.TaskCompleted, Kind.ExecutionCompleted],
            await hub.KindsAsync("task"));
    }

    [Theory, OnEveryStore(Lasting = true)]
    public async Task A_deleted_timer_stays_deleted_over_a_restart(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var now = TimeProvider.System.GetUtcNow();
        await hub.BeginAsync(worker, "a", Act.Timer(1, now.AddSeconds(1).ToTimestamp(), "go"), Act.Timer(2, now.AddSeconds(2).ToTimestamp()));
        await hub.RaiseAsync("a", "go");
        await worker.StepAsync("a");

        await hub.RestartAsync();
        worker = await hub.ConnectAsync();
        Assert.Equal(2, (await worker.StepAsync("a", Act.Complete())).NewEvents[1].TimerFired.TimerId);
    }

    [Theory, OnEveryStore(Lasting = true)]
    public async Task A_run_that_continued_is_what_a_restart_finds(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1));
        await hub.RaiseAsync("a", "kept", "1");
        var turn = await worker.StepAsync("a", Act.Again("\"2\"", Sidecar.Workflow.Turns.Arrivals.Raised("kept", "1", new Timestamp { Seconds = 5 })));
        var again = await worker.TurnAsync("a");
        await hub.RaiseAsync("a", "more");

        await hub.RestartAsync();
        worker = await hub.ConnectAsync();
        Assert.Equal(OrchestrationStatus.Running, await hub.StatusAsync("a"));
        var after = await worker.StepAsync("a", Act.Complete());
        Assert.Equal([Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.EventRaised, Kind.EventRaised], after.NewEvents.Select(one => one.EventTypeCase));
        Assert.Equal(again.ExecutionId, after.ExecutionId);
        Assert.NotEqual(turn.ExecutionId, after.ExecutionId);
        Assert.Equal("\"2\"", (await hub.EndAsync("a")).Input);
    }

    private sealed class JumpingClock : TimeProvider
    {
        private long offset;

        public void Jump(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref offset));
    }
}
