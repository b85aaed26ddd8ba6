using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Protos.Workflow;
using Workflow.Tests.Conformance.Ground;
using Act = Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Conformance;

/// <summary>What should not come, and comes: a clear state and message, nothing stuck, nothing lost.</summary>
public sealed class BadInputTests
{
    private const int Small = 64 * 1024;

    [Theory, OnEveryStore]
    public async Task A_history_too_large_to_send_stalls_and_can_be_ended(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store, Small);
        hub.Sidecar.Expected.Add("larger than 95 %");
        var worker = await hub.ConnectAsync();
        await GrowAsync(hub, worker);

        var stalled = (await hub.HistoryAsync("a"))[^1].ExecutionStalled;
        Assert.Equal(StalledReason.PayloadSizeExceeded, stalled.Reason);
        Assert.Contains($"{Small} bytes", stalled.Description, StringComparison.Ordinal);
        Assert.False(worker.HasMore(item => item.WorkflowRequest is not null));

        await hub.TerminateAsync("a", "\"out\"");
        var state = await hub.EndAsync("a");
        Assert.Equal((OrchestrationStatus.Terminated, "\"out\""), (state.WorkflowStatus, state.Output));
    }

    [Theory, OnEveryStore(Lasting = true)]
    public async Task A_history_too_large_to_send_goes_on_with_a_higher_limit(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store, Small);
        hub.Sidecar.Expected.Add("larger than 95 %");
        await GrowAsync(hub, await hub.ConnectAsync());

        await hub.RestartAsync(largest: 4 * Small);
        var turn = await (await hub.ConnectAsync()).StepAsync("a", Act.Complete());
        Assert.Equal(Kind.TaskCompleted, turn.NewEvents[1].EventTypeCase);
        Assert.Equal(OrchestrationStatus.Completed, (await hub.EndAsync("a")).WorkflowStatus);
    }

    [Theory, OnEveryStore]
    public async Task An_answer_too_large_to_receive_can_be_given_again(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store, Small);
        var worker = await hub.ConnectAsync();
        var start = hub.StartAsync("a");
        var turn = await worker.TurnAsync("a");
        await TaskHub.RefusedAsync(GrpcCode.ResourceExhausted, "", () => worker.AnswerAsync(turn, Act.Complete(result: new string('x', 2 * Small))));
        await worker.AnswerAsync(turn, Act.Task(1));
        await start;

        var activity = await worker.ActivityAsync("a");
        await TaskHub.RefusedAsync(GrpcCode.ResourceExhausted, "", () => worker.ResultAsync(activity, new string('x', 2 * Small)));
        await TaskHub.RefusedAsync(GrpcCode.ResourceExhausted, "", () => hub.RaiseAsync("a", "go", new string('x', 2 * Small)));
        await worker.AnswerAsync(activity, response => response.FailureDetails = new TaskFailureDetails { ErrorType = "TooLarge" });
        await worker.StepAsync("a", Act.Complete());
        Assert.Equal(OrchestrationStatus.Completed, (await hub.EndAsync("a")).WorkflowStatus);
    }

    [Theory, OnEveryStore]
    public async Task An_answer_that_does_not_fit_is_asked_for_again(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1, "Ship"));
        await worker.ResultAsync(await worker.ActivityAsync("a"), "1");
        foreach (var misfit in new[] { Act.Task(1, "Other"), Act.Timer(1, new Timestamp()), new WorkflowAction { Id = 7 }, new WorkflowAction { Id = 8, CreateTimer = new CreateTimerAction() } })
        {
            await worker.StepAsync("a", misfit);
        }

        var turn = await worker.StepAsync("a", Act.Complete());
        Assert.Equal([Kind.WorkflowStarted, Kind.TaskCompleted], turn.NewEvents.Select(one => one.EventTypeCase));
        Assert.Equal(OrchestrationStatus.Completed, (await hub.EndAsync("a")).WorkflowStatus);
        Assert.Equal(6, (await hub.HistoryAsync("a")).Count);
        Assert.Contains("the workflow's code no longer fits its history", hub.Sidecar.Log, StringComparison.Ordinal);
    }

    [Theory, OnEveryStore]
    public async Task A_worker_of_another_version_stalls_the_instance_until_the_right_one_comes(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        hub.Sidecar.Expected.Add("Patch mismatch");
        var worker = await hub.ConnectAsync();
        var start = hub.StartAsync("a");
        await worker.AnswerAsync(await worker.TurnAsync("a"), Act.Patches("one"), Act.Task(1));
        await start;
        await worker.ResultAsync(await worker.ActivityAsync("a"), "1");
        await worker.AnswerAsync(await worker.TurnAsync("a"), Act.Patches("two"), Act.Complete());
        await hub.UntilAsync("a", OrchestrationStatus.Stalled);
        Assert.Equal(StalledReason.PatchMismatch, (await hub.HistoryAsync("a"))[^1].ExecutionStalled.Reason);
        await worker.DisposeAsync();

        var right = await hub.ConnectAsync();
        var turn = await right.TurnAsync("a");
        Assert.Equal(Kind.TaskCompleted, turn.NewEvents[1].EventTypeCase);
        await right.AnswerAsync(turn, Act.Patches("one"), Act.Complete(result: "1"));
        Assert.Equal("1", (await hub.EndAsync("a")).Output);
    }

    [Theory, OnEveryStore]
    public async Task A_worker_without_the_version_stalls_the_instance(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        hub.Sidecar.Expected.Add("no version of this workflow");
        var worker = await hub.ConnectAsync();
        var start = hub.StartAsync("a");
        await worker.StepAsync("a", new WorkflowAction { Id = 1, WorkflowVersionNotAvailable = new WorkflowVersionNotAvailableAction() });
        await hub.UntilAsync("a", OrchestrationStatus.Stalled);
        await worker.DisposeAsync();
        await (await hub.ConnectAsync()).StepAsync("a", Act.Complete());
        Assert.Equal(OrchestrationStatus.Completed, (await hub.EndAsync("a")).WorkflowStatus);
        await start;
    }

    [Theory, OnEveryStore]
    public async Task Answers_for_nobody_are_taken_and_mean_nothing(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        await hub.AskAsync("CompleteOrchestratorTask", new WorkflowResponse { InstanceId = "none" }, CompleteTaskResponse.Parser);
        await hub.AskAsync("CompleteWorkflowTask", new WorkflowResponse { InstanceId = "none", CompletionToken = "x" }, CompleteTaskResponse.Parser);
        await hub.AskAsync("CompleteActivityTask", new ActivityResponse { InstanceId = "none", TaskId = 3 }, CompleteTaskResponse.Parser);
        Assert.False((await hub.GetAsync("none")).Exists);
    }

    [Theory, OnEveryStore]
    public async Task Work_for_another_app_fails_with_its_reason(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var (task, child) = (Act.Task(1), Act.Child(2));
        task.Router = new TaskRouter { TargetAppId = "nowhere" };
        child.Router = task.Router;
        await hub.BeginAsync(worker, "a", task, child);

        var ends = new List<HistoryEvent>();
        while (ends.Count < 2)
        {
            ends.AddRange((await worker.StepAsync("a")).NewEvents.Skip(1));
        }

        Assert.Contains("'nowhere'", ends.Single(one => one.TaskFailed is not null).TaskFailed.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("'nowhere'", ends.Single(one => one.ChildWorkflowInstanceFailed is not null).ChildWorkflowInstanceFailed.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory, OnEveryStore]
    public async Task Ten_thousand_events_are_no_trouble(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync(WorkerCapability.StatefulHistory);
        const int Together = 500;
        const int Rounds = 10;
        await hub.BeginAsync(worker, "a", Fan(0));
        for (var (round, next) = (1, Together); round <= Rounds; round++, next += Together)
        {
            var results = new List<Task>();
            for (var i = 0; i < Together; i++)
            {
                results.Add(worker.ResultAsync(await worker.ActivityAsync("a"), "1"));
            }

            for (var seen = 0; seen < Together;)
            {
                var turn = await worker.TurnAsync("a");
                seen += turn.NewEvents.Count - 1;
                await worker.AnswerAsync(turn, seen < Together ? [] : round < Rounds ? Fan(next) : [Act.Complete(-2, "done")]);
            }

            await Task.WhenAll(results);
        }

        Assert.Equal("done", (await hub.EndAsync("a")).Output);
        var history = await hub.HistoryAsync("a");
        Assert.True(history.Count > 10_000);
        Assert.Equal(Rounds * Together, history.Where(one => one.EventTypeCase == Kind.TaskCompleted).DistinctBy(one => one.TaskCompleted.TaskScheduledId).Count());

        static WorkflowAction[] Fan(int first) => [.. Enumerable.Range(first, Together).Select(id => Act.Task(id))];
    }

    private static async Task GrowAsync(TaskHub hub, Worker worker)
    {
        await hub.BeginAsync(worker, "a", Act.Task(0));
        for (var id = 1; id <= 4; id++)
        {
            await worker.ResultAsync(await worker.ActivityAsync("a"), new string('x', 15_000));
            await worker.StepAsync("a", Act.Task(id));
        }

        await worker.ResultAsync(await worker.ActivityAsync("a"), new string('x', 15_000));
        await hub.UntilAsync("a", OrchestrationStatus.Stalled);
    }
}
