using Dapr.Workflow;

namespace Sdk.Tests.Workflow.EndToEnd;

/// <summary>Workflows of the SDK on the bundled sidecar.</summary>
public sealed class EndToEndTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Steps_children_timers_and_events_lead_to_a_result()
    {
        await using var stage = await Stage.StartAsync(options =>
        {
            options.RegisterActivity<int, int>("Add", (_, number) => Task.FromResult(number + 1));
            options.RegisterWorkflow<int, int>("Child", (context, number) => context.CallActivityAsync<int>("Add", number));
            options.RegisterWorkflow<int, int>("Parent", async (context, number) =>
            {
                number = await context.CallActivityAsync<int>("Add", number);
                context.SetCustomStatus("added");
                number = await context.CallChildWorkflowAsync<int>("Child", number);
                await context.CreateTimer(TimeSpan.FromMilliseconds(10), CancellationToken.None);
                var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(each => context.CallActivityAsync<int>("Add", each)));
                return number + all.Sum() + await context.WaitForExternalEventAsync<int>("more", TimeSpan.FromSeconds(20));
            });
        });
        var id = await stage.Client.ScheduleNewWorkflowAsync("Parent", null, 1);
        Assert.True((await stage.Client.WaitForWorkflowStartAsync(id, cancellation: Cancellation)).Exists);
        await stage.Client.RaiseEventAsync(id, "MORE", 1000, Cancellation);
        var state = await stage.EndAsync(id);
        Assert.Equal((WorkflowRuntimeStatus.Completed, 3 + 1275 + 1000, 1, "added"), (state.RuntimeStatus, state.ReadOutputAs<int>(), state.ReadInputAs<int>(), state.ReadCustomStatusAs<string>()));
        Assert.Contains(id, (await stage.Client.ListInstanceIdsAsync(cancellation: Cancellation)).InstanceIds);
        Assert.NotEmpty(await stage.Client.GetInstanceHistoryAsync(id, Cancellation));
        Assert.True(await stage.Client.PurgeInstanceAsync(id, Cancellation));
        Assert.False((await stage.Client.GetWorkflowStateAsync(id, cancellation: Cancellation)).Exists);
    }

    [Fact]
    public async Task Failures_are_retried_and_those_that_stay_end_the_workflow()
    {
        var calls = 0;
        await using var stage = await Stage.StartAsync(options =>
        {
            options.RegisterActivity<int, int>("Flaky", (_, succeedsAt) => Interlocked.Increment(ref calls) < succeedsAt ? throw new InvalidOperationException($"call {calls}") : Task.FromResult(calls));
            options.RegisterWorkflow<int, int>("Retries", (context, succeedsAt) => context.CallActivityAsync<int>("Flaky", succeedsAt, new WorkflowTaskOptions(new WorkflowRetryPolicy(3, TimeSpan.FromMilliseconds(10)))));
        });
        Assert.Equal(3, (await stage.RunAsync("Retries", 3)).ReadOutputAs<int>());
        calls = 0;
        var failed = await stage.RunAsync("Retries", 9);
        Assert.Equal((WorkflowRuntimeStatus.Failed, "Dapr.Workflow.WorkflowTaskFailedException", "Task failed: call 3"), (failed.RuntimeStatus, failed.FailureDetails!.ErrorType, failed.FailureDetails.ErrorMessage));
        Assert.Equal("WorkflowNotFound", (await stage.RunAsync("Nobody")).FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task Instances_rest_go_on_begin_anew_and_are_ended()
    {
        await using var stage = await Stage.StartAsync(options =>
        {
            options.RegisterActivity<string, string>("Echo", (_, text) => Task.FromResult(text));
            options.RegisterWorkflow<int, int>("Again", async (context, number) =>
            {
                var came = await context.WaitForExternalEventAsync<int>("go");
                if (number + came < 6)
                {
                    context.ContinueAsNew(number + came);
                    return -1;
                }

                return number + came;
            });
            options.RegisterWorkflow<int, string>("Rests", async (context, _) => await context.CallActivityAsync<string>("Echo", await context.WaitForExternalEventAsync<string>("go")));
        });
        var again = await stage.Client.ScheduleNewWorkflowAsync("Again", null, 0);
        foreach (var number in new[] { 1, 2, 3 })
        {
            await stage.Client.RaiseEventAsync(again, "go", number, Cancellation);
        }

        Assert.Equal(6, (await stage.EndAsync(again)).ReadOutputAs<int>());

        var rests = await stage.Client.ScheduleNewWorkflowAsync("Rests");
        await stage.Client.SuspendWorkflowAsync(rests, "tired", Cancellation);
        await stage.Client.RaiseEventAsync(rests, "go", "there", Cancellation);
        Assert.Equal(WorkflowRuntimeStatus.Suspended, (await stage.Client.GetWorkflowStateAsync(rests, cancellation: Cancellation)).RuntimeStatus);
        await stage.Client.ResumeWorkflowAsync(rests, "awake", Cancellation);
        Assert.Equal("there", (await stage.EndAsync(rests)).ReadOutputAs<string>());

        var ended = await stage.Client.ScheduleNewWorkflowAsync("Rests");
        await stage.Client.TerminateWorkflowAsync(ended, "bye", Cancellation);
        var state = await stage.EndAsync(ended);
        Assert.Equal((WorkflowRuntimeStatus.Terminated, "bye"), (state.RuntimeStatus, state.ReadOutputAs<string>()));
    }

    [Fact]
    public async Task A_long_history_comes_in_increments()
    {
        await using var stage = await Stage.StartAsync(options =>
        {
            options.RegisterActivity<int, int>("Add", (_, number) => Task.FromResult(number + 1));
            options.RegisterWorkflow<int, int>("Long", async (context, number) =>
            {
                for (var step = 0; step < 300; step++)
                {
                    number = await context.CallActivityAsync<int>("Add", number);
                }

                return number;
            });
        });
        var states = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stage.RunAsync("Long", 0)));
        Assert.All(states, state => Assert.Equal(300, state.ReadOutputAs<int>()));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_fails_its_workflow_only()
    {
        await using var stage = await Stage.StartAsync(options =>
        {
            options.RegisterActivity<int, string>("Large", (_, size) => Task.FromResult(new string('x', size)));
            options.RegisterWorkflow<int, int>("Receives", async (context, size) => (await context.CallActivityAsync<string>("Large", size)).Length);
            options.RegisterWorkflow<int, string>("Returns", (_, size) => Task.FromResult(new string('x', size)));
        });
        Assert.Contains("bytes, which is more than can be sent", (await stage.RunAsync("Receives", 5_000_000)).FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("PayloadTooLarge", (await stage.RunAsync("Returns", 5_000_000)).FailureDetails!.ErrorType);
        Assert.Equal(1000, (await stage.RunAsync("Receives", 1000)).ReadOutputAs<int>());
    }
}
