using Sidecar.Protos.Workflow;
using Workflow.Tests.Conformance.Ground;
using Act = Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Conformance;

/// <summary>Results, and who still wants them: rows 7 to 10 and 19.</summary>
public sealed class ResultTests
{
    [Theory, OnEveryStore]
    public async Task An_ended_instance_takes_everything_and_changes_nothing(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Complete(result: "1"));
        var before = await hub.EndAsync("a");

        await hub.RaiseAsync("a", "go");
        await hub.TerminateAsync("a", "out", recursive: true);
        await hub.SuspendAsync("a");
        await hub.ResumeAsync("a");

        Assert.Equal(before, await hub.EndAsync("a"));
        Assert.Equal(3, (await hub.HistoryAsync("a")).Count);
        Assert.False(worker.HasMore(_ => true));
    }

    [Theory, OnEveryStore]
    public async Task What_a_broken_stream_had_goes_to_another(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1, "Ship", "x"));
        var activity = await worker.ActivityAsync("a");
        await hub.RaiseAsync("a", "go");
        var turn = await worker.TurnAsync("a");
        var since = System.Diagnostics.Stopwatch.StartNew();
        await worker.DisposeAsync();

        var other = await hub.ConnectAsync();
        var (activityAgain, turnAgain) = (await other.ActivityAsync("a"), await other.TurnAsync("a"));
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Equal(activity, activityAgain);
        Assert.Equal(turn.PastEvents, turnAgain.PastEvents);
        Assert.Equal(turn.NewEvents.Skip(1), turnAgain.NewEvents.Skip(1));

        await other.AnswerAsync(turnAgain);
        await other.ResultAsync(activityAgain, "1");
        await other.StepAsync("a", Act.Complete());
        await hub.EndAsync("a");
        Assert.Single(await hub.HistoryAsync("a"), one => one.EventTypeCase == Kind.TaskCompleted);
        Assert.Single(await hub.HistoryAsync("a"), one => one.EventTypeCase == Kind.EventRaised);
    }

    [Theory, OnEveryStore]
    public async Task A_result_counts_once(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1), Act.Task(2, "Bill"));
        var (first, second) = (await worker.ActivityAsync("a"), await worker.ActivityAsync("a"));
        await worker.ResultAsync(first, "1");
        await worker.StepAsync("a");
        await worker.ResultAsync(first, "again");
        await worker.AnswerAsync(first, response => response.FailureDetails = new TaskFailureDetails { ErrorType = "Late" });
        await worker.ResultAsync(second, "2");

        var turn = await worker.StepAsync("a", Act.Complete());
        Assert.Equal([Kind.WorkflowStarted, Kind.TaskCompleted], turn.NewEvents.Select(one => one.EventTypeCase));
        await hub.EndAsync("a");
        Assert.Equal(["1", "2"], (await hub.HistoryAsync("a")).Where(one => one.EventTypeCase == Kind.TaskCompleted).Select(one => one.TaskCompleted.Result));
        await worker.ResultAsync(first, "after the end");
    }

    [Theory, OnEveryStore]
    public async Task A_turn_counts_once(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var turn = await hub.BeginAsync(worker, "a", Act.Task(1));
        await worker.AnswerAsync(turn, Act.Task(2));
        await worker.AnswerAsync(turn, Act.Complete());
        await worker.ResultAsync(await worker.ActivityAsync("a"), "1");

        Assert.Equal(
            [Kind.WorkflowStarted, Kind.ExecutionStarted, Kind.TaskScheduled],
            (await worker.StepAsync("a", Act.Complete())).PastEvents.Select(one => one.EventTypeCase));
    }

    [Theory, OnEveryStore]
    public async Task A_token_that_is_not_the_items_is_not_listened_to(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var start = hub.StartAsync("a");
        var turn = await worker.TurnAsync("a");
        await worker.AnswerAsync(turn, response => response.CompletionToken = "another", Act.Complete(result: "wrong"));
        await worker.AnswerAsync(turn, Act.Task(1));
        await start;
        var activity = await worker.ActivityAsync("a");
        await worker.AnswerAsync(activity, response => (response.CompletionToken, response.Result) = ("another", "wrong"));
        await worker.ResultAsync(activity, "right");

        Assert.Equal("right", (await worker.StepAsync("a", Act.Complete())).NewEvents[1].TaskCompleted.Result);
    }

    [Theory, OnEveryStore]
    public async Task What_nobody_awaits_still_runs_after_the_end(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1), Act.Child(2, childId: "c"), Act.Complete(result: "1"));
        Assert.Equal("1", (await hub.EndAsync("a")).Output);
        var history = await hub.HistoryAsync("a");

        await worker.ResultAsync(await worker.ActivityAsync("a"), "late");
        await worker.StepAsync("c", Act.Complete(result: "late"));
        Assert.Equal("late", (await hub.EndAsync("c")).Output);
        Assert.Equal(history, await hub.HistoryAsync("a"));
    }

    [Theory, OnEveryStore]
    public async Task Answers_without_tokens_and_with_leftovers_are_taken(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        worker.SendsTokens = false;
        await hub.BeginAsync(worker, "a", Act.Task(1, "Ship", ""));
        await worker.ResultAsync(await worker.ActivityAsync("a"), "");
        await worker.StepAsync("a", Act.Complete(2, "1"), Act.Task(3), Act.Complete(4, "2"));

        Assert.Equal("1", (await hub.EndAsync("a")).Output);
        Assert.False(worker.HasMore(_ => true));
    }

    [Theory, OnEveryStore]
    public async Task A_failed_activity_brings_its_details(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        await hub.BeginAsync(worker, "a", Act.Task(1));
        var details = new TaskFailureDetails
        {
            ErrorType = "Bad", ErrorMessage = "luck", StackTrace = "here", IsNonRetriable = true, InnerFailure = new TaskFailureDetails { ErrorType = "Worse" },
        };
        await worker.AnswerAsync(await worker.ActivityAsync("a"), response => response.FailureDetails = details);
        var turn = await worker.StepAsync("a", Act.Fail("Bad", "luck"));
        Assert.Equal(details, turn.NewEvents[1].TaskFailed.FailureDetails);

        var state = await hub.EndAsync("a");
        Assert.Equal((OrchestrationStatus.Failed, "luck", null), (state.WorkflowStatus, state.FailureDetails.ErrorMessage, state.Output));
    }

    [Theory, OnEveryStore]
    public async Task Nothing_and_empty_stay_different(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        foreach (var text in new[] { null, "" })
        {
            var id = text is null ? "null" : "empty";
            var start = hub.StartAsync(id, input: text);
            await worker.StepAsync(id, Act.Task(1, input: text));
            await start;
            var activity = await worker.ActivityAsync(id);
            await worker.ResultAsync(activity, text);
            var turn = await worker.StepAsync(id, Act.Complete(result: text));
            var state = await hub.EndAsync(id);

            Assert.All([activity.Input, turn.NewEvents[1].TaskCompleted.Result, state.Input, state.Output], each => Assert.Equal(text, each));
            var found = (await hub.GetAsync(id)).WorkflowState;
            Assert.All([found.Input, found.Output], each => Assert.Equal(text, each));
        }
    }

    [Theory, OnEveryStore]
    public async Task A_custom_status_is_what_the_last_answer_said(Store store)
    {
        await using var hub = await TaskHub.StartAsync(store);
        var worker = await hub.ConnectAsync();
        var start = hub.StartAsync("a");
        await worker.AnswerAsync(await worker.TurnAsync("a"), response => response.CustomStatus = "half", Act.Task(1));
        await start;
        Assert.Equal("half", (await hub.GetAsync("a")).WorkflowState.CustomStatus);
        Assert.Null((await hub.GetAsync("a", payloads: false)).WorkflowState.CustomStatus);

        await hub.SuspendedAsync(worker, "a");
        Assert.Equal("half", (await hub.GetAsync("a")).WorkflowState.CustomStatus);
        await hub.ResumedAsync(worker, "a");
        Assert.Null((await hub.GetAsync("a")).WorkflowState.CustomStatus);
    }
}
