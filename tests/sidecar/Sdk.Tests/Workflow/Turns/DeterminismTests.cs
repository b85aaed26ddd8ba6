extern alias daemon;
using Dapr.Workflow;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Turns;

/// <summary>What is the same in each replay, and what happens when it is not.</summary>
public sealed class DeterminismTests
{
    public static TheoryData<string, string?, string, string, string> Vectors => new()
    {
        { "order-1", null, "2a22b001-284f-543b-90ba-15523729851d", "97f708dc-c714-5a47-8c57-0715798ca40e", "c206ebe8170555abbef8f7819cc6d930" },
        { "order-1", "11111111-2222-3333-4444-555555555555", "ddef4819-fedd-555a-aef8-57d4cca47635", "cbdc8483-66ed-541a-b811-6239ef9933b6", "efea3dba1bf659c9b4ffb737a1320240" },
        { "00112233445566778899aabbccddeeff", null, "15003659-501c-5b11-a5b1-54770805395f", "862bc125-dd2b-53f7-9b8e-28367da7745a", "616b6e8d9ce85644bb2a0258d5b36eaf" },
    };

    [Theory, MemberData(nameof(Vectors))]
    public async Task Ids_and_time_are_the_same_in_every_turn(string instanceId, string? executionId, string first, string second, string taskExecutionId)
    {
        var seen = new List<string>();
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Ids", async (context, _) =>
        {
            seen.Add($"{context.NewGuid()} {context.NewGuid()} {context.CurrentUtcDateTime:O}");
            await context.CallActivityAsync("Ship");
            seen.Add($"{context.CurrentUtcDateTime:O}");
            await context.CallActivityAsync("Bill");
            return "";
        }));
        var story = rig.Tell("Ids", null, instanceId, executionId);
        Assert.Equal(taskExecutionId, (await story.TurnAsync()).Actions[0].ScheduleTask.TaskExecutionId);
        await story.TurnAsync(Story.Completed(0));
        await story.TurnAsync(Story.Completed(1));
        var begin = $"{first} {second} 2026-01-01T12:00:00.0000000Z";
        Assert.Equal([begin, begin, "2026-01-01T12:00:01.0000000Z", begin, "2026-01-01T12:00:01.0000000Z"], seen);
    }

    [Fact]
    public async Task Logs_are_written_once()
    {
        var log = new Lines();
        await using var rig = await WorkerRig.StartAsync(
            options => options.RegisterWorkflow<string, string>("Talks", async (context, _) =>
            {
                context.CreateReplaySafeLogger<Lines>().LogWarning("one {Replaying}", context.IsReplaying);
                context.CreateReplaySafeLogger(log.GetType()).LogWarning("two");
                await context.CallActivityAsync("Ship");
                var named = context.CreateReplaySafeLogger("named");
                using var scope = named.BeginScope("scope");
                Assert.True(named.IsEnabled(LogLevel.Warning));
                named.LogWarning("three");
                return "";
            }),
            services => services.AddLogging(logging => logging.AddProvider(log)));
        var story = rig.Tell("Talks");
        await story.TurnAsync();
        await story.TurnAsync(Story.Completed(0));
        Assert.Equal(["one False", "two", "three"], log.All.Where(line => !line.Contains("workflow", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Code_that_asks_for_something_else_is_named_and_fails()
    {
        var step = "Ship";
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Changed", async (context, _) =>
        {
            context.SetCustomStatus("here");
            await (step switch
            {
                "timer" => context.CreateTimer(TimeSpan.FromSeconds(1)),
                "child" => context.CallChildWorkflowAsync("Ship"),
                "nothing" => Task.CompletedTask,
                _ => context.CallActivityAsync(step),
            });
            return "";
        }));
        foreach (var (changed, message) in new[]
        {
            ("Bill", "history has TaskScheduled 'Ship' (number 0), but the code asked for activity 'Bill' (number 0)"),
            ("timer", "history has TaskScheduled 'Ship' (number 0), but the code asked for a timer (number 0)"),
            ("child", "history has TaskScheduled 'Ship' (number 0), but the code asked for child workflow 'Ship' (number 0)"),
            ("nothing", "history has TaskScheduled 'Ship' (number 0), but the code did not ask for anything as number 0"),
        })
        {
            step = "Ship";
            var story = rig.Tell("Changed");
            await story.TurnAsync();
            step = changed;
            var response = await story.TurnAsync(Story.Completed(0));
            var failure = response.Failure();
            Assert.Equal(("NonDeterminismError", true, "\"here\""), (failure.ErrorType, failure.IsNonRetriable, response.CustomStatus));
            Assert.Contains(message, failure.ErrorMessage, StringComparison.Ordinal);
            Assert.Single(response.Actions);
        }
    }

    [Fact]
    public async Task An_ending_of_another_kind_is_named()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Kinds", (context, _) => context.CallActivityAsync<string>("Ship")));
        var story = rig.Tell("Kinds");
        await story.TurnAsync();
        Assert.Contains("history has TimerFired (number 0), but as number 0 the code awaits activity 'Ship'", (await story.TurnAsync(Story.Fired(0))).Failure().ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_nothing_can_wake_is_named()
    {
        var never = new TaskCompletionSource<string>();
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Foreign", (context, _) => never.Task));
        var failure = (await rig.Tell("Foreign").TurnAsync()).Failure();
        Assert.Equal("NonDeterminismError", failure.ErrorType);
        Assert.Contains("it awaits a task that is not its context's", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_context_is_of_no_use_outside_of_its_turn()
    {
        var refused = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Outside", async (context, input) =>
        {
            _ = context.CallActivityAsync("Ship");
            await release.Task;
            refused.TrySetResult(Assert.Throws<InvalidOperationException>(() => context.NewGuid()));
            return "";
        }));
        Assert.Equal("0 activity Ship", (await rig.Tell("Outside").TurnAsync()).Words());
        release.SetResult();
        Assert.Contains("outside of its turn", (await refused.Task.WaitAsync(Sdk.Tests.Ground.Rig.Patience, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_is_known_by_its_instance_whatever_its_number()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Numbered", async (context, _) =>
        {
            context.SendEvent("other", "Ready", 1);
            return await context.CallChildWorkflowAsync<string>("Child");
        }));
        var story = rig.Tell("Numbered");
        await story.TurnAsync();
        story.Past.Single(item => item.ChildWorkflowInstanceCreated is not null).EventId = 7;
        Assert.Equal("\"done\"", (await story.TurnAsync(Story.ChildCompleted(7, "\"done\""))).Result());
    }
}
