extern alias daemon;
using System.Text.Json;
using Dapr.Workflow;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Turns;

/// <summary>What a workflow asks for becomes actions, what comes back becomes results.</summary>
public sealed class StepTests
{
    [Fact]
    public async Task Activities_follow_one_another()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<int, string>("Chain", async (context, number) =>
        {
            var first = await context.CallActivityAsync<int>("Add", number);
            var second = await context.CallActivityAsync<string>("Say", new { Sum = first });
            return second + context.Name + context.InstanceId;
        }));
        var story = rig.Tell("chain", "5");
        var one = await story.TurnAsync();
        Assert.Equal("0 activity Add", one.Words());
        Assert.Equal("5", one.Actions[0].ScheduleTask.Input);
        var two = await story.TurnAsync(Story.Completed(0, "6"));
        Assert.Equal("1 activity Say", two.Words());
        Assert.Equal("""{"sum":6}""", two.Actions[0].ScheduleTask.Input);
        var three = await story.TurnAsync(Story.Completed(1, "\"six\""));
        Assert.Equal("0 Completed", three.Words());
        Assert.Equal("\"sixchainorder-1\"", three.Result());
        Assert.Equal(("token-3", "order-1"), (three.CompletionToken, three.InstanceId));
    }

    [Fact]
    public async Task Many_at_once_end_in_any_order()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<int, int[]>("Fan", async (context, count) =>
        {
            var all = await Task.WhenAll(Enumerable.Range(0, count).Select(number => context.CallActivityAsync<int>("Square", number)));
            var first = await Task.WhenAny(context.CallActivityAsync<int>("Slow"), context.CallActivityAsync<int>("Quick"));
            return [.. all, await first];
        }));
        var story = rig.Tell("Fan", "3");
        Assert.Equal("0 activity Square, 1 activity Square, 2 activity Square", (await story.TurnAsync()).Words());
        Assert.Empty((await story.TurnAsync(Story.Completed(2, "4"))).Actions);
        Assert.Equal("3 activity Slow, 4 activity Quick", (await story.TurnAsync(Story.Completed(0, "0"), Story.Completed(1, "1"))).Words());
        Assert.Equal("[0,1,4,9]", (await story.TurnAsync(Story.Completed(4, "9"))).Result());
    }

    [Fact]
    public async Task Inputs_can_be_worked_on_some_at_a_time()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<int, int[]>("Some", (context, count) =>
            context.ProcessInParallelAsync(Enumerable.Range(0, count), number => number == 9 ? throw new InvalidOperationException("nine") : context.CallActivityAsync<int>("Square", number), 2)));
        var story = rig.Tell("Some", "3");
        Assert.Equal("0 activity Square, 1 activity Square", (await story.TurnAsync()).Words());
        Assert.Equal("2 activity Square", (await story.TurnAsync(Story.Completed(1, "1"))).Words());
        Assert.Equal("[0,1,4]", (await story.TurnAsync(Story.Completed(2, "4"), Story.Completed(0, "0"))).Result());

        var failing = rig.Tell("Some", "10", "order-2");
        await failing.TurnAsync();
        for (var number = 0; number < 8; number++)
        {
            await failing.TurnAsync(number == 3 ? Story.Failed(3) : Story.Completed(number, "0"));
        }

        var failure = (await failing.TurnAsync(Story.Completed(8, "0"))).Failure();
        Assert.Equal(typeof(AggregateException).FullName, failure.ErrorType);
        Assert.StartsWith("2 out of 10 tasks failed", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_step_can_be_caught_and_an_uncaught_failure_ends_the_workflow()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<bool, string>("Try", async (context, isCaught) =>
        {
            try
            {
                await context.CallActivityAsync("Ship");
                return "";
            }
            catch (WorkflowTaskFailedException problem) when (isCaught)
            {
                return $"{problem.Message}|{problem.FailureDetails.ErrorType}|{problem.FailureDetails.IsCausedBy<InvalidOperationException>()}|{problem.FailureDetails.IsCausedBy<IOException>()}";
            }
        }));
        var caught = rig.Tell("Try", "true");
        await caught.TurnAsync();
        Assert.Equal("\"Task failed: no|System.InvalidOperationException|True|False\"", (await caught.TurnAsync(Story.Failed(0))).Result());
        var uncaught = rig.Tell("Try", "false", "order-2");
        await uncaught.TurnAsync();
        var failure = (await uncaught.TurnAsync(Story.Failed(0))).Failure();
        Assert.Equal(("Dapr.Workflow.WorkflowTaskFailedException", "Task failed: no", true), (failure.ErrorType, failure.ErrorMessage, failure.IsNonRetriable));
        Assert.NotEqual("", failure.StackTrace);
    }

    [Fact]
    public async Task Children_return_and_fail()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Parent", async (context, id) =>
        {
            try
            {
                var sum = await context.CallChildWorkflowAsync<int>("Child", 5, new ChildWorkflowTaskOptions(InstanceId: id));
                await context.CallChildWorkflowAsync("Child");
                return $"{sum}";
            }
            catch (WorkflowTaskFailedException problem)
            {
                return $"{problem.Message}: {problem.FailureDetails.ErrorType} {problem.FailureDetails.ErrorMessage}";
            }
        }));
        var story = rig.Tell("Parent", "\"mine\"");
        var one = await story.TurnAsync();
        Assert.Equal(("0 child Child", "mine", "5"), (one.Words(), one.Actions[0].CreateChildWorkflow.InstanceId, one.Actions[0].CreateChildWorkflow.Input));
        var two = await story.TurnAsync(Story.ChildCompleted(0, "7"));
        Assert.Equal(("1 child Child", "2a22b001-284f-543b-90ba-15523729851d"), (two.Words(), two.Actions[0].CreateChildWorkflow.InstanceId));
        Assert.Equal("\"7\"", (await story.TurnAsync(Story.ChildCompleted(1))).Result());

        foreach (var (told, shown) in new[] { ("why", "T why"), (null, "Exception Unknown message") })
        {
            var failing = rig.Tell("Parent", "\"mine\"", $"order-{shown.Length}");
            await failing.TurnAsync();
            Assert.Equal($"Child workflow 'Child' failed: {shown}", JsonSerializer.Deserialize<string>((await failing.TurnAsync(Story.ChildFailed(0, told))).Result()));
        }
    }

    [Fact]
    public async Task Timers_fire_and_can_be_given_up()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Wait", async (context, _) =>
        {
            using var givenUp = new CancellationTokenSource();
            var later = context.CreateTimer(context.CurrentUtcDateTime.AddHours(1), givenUp.Token);
            await context.CreateTimer(TimeSpan.FromSeconds(5));
            Give.Up(givenUp);
            try
            {
                await later;
            }
            catch (TaskCanceledException)
            {
                await context.CallActivityAsync("After");
            }

            try
            {
                await context.CreateTimer(new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Unspecified), CancellationToken.None);
            }
            catch (ArgumentException)
            {
                return $"{context.CurrentUtcDateTime:O}";
            }

            return "";
        }));
        var story = rig.Tell("Wait");
        var one = await story.TurnAsync();
        Assert.Equal("0 timer, 1 timer", one.Words());
        Assert.Equal((Story.Begin.AddHours(1), Story.Begin.AddSeconds(5)), (one.Actions[0].CreateTimer.FireAt.ToDateTime(), one.Actions[1].CreateTimer.FireAt.ToDateTime()));
        Assert.Equal(Protos.CreateTimerAction.OriginOneofCase.CreateTimer, one.Actions[0].CreateTimer.OriginCase);
        Assert.Equal("2 activity After", (await story.TurnAsync(Story.Fired(1))).Words());
        Assert.Empty((await story.TurnAsync(Story.Fired(0))).Actions);
        Assert.Equal("\"2026-01-01T12:00:03.0000000Z\"", (await story.TurnAsync(Story.Completed(2))).Result());
    }

    [Fact]
    public async Task Events_are_sent_and_the_status_is_said_in_every_turn()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Status", async (context, _) =>
        {
            context.SetCustomStatus(new { Step = 1 });
            context.SendEvent("other", "Ready", 5);
            context.SendEvent("other", "Nothing", null!);
            await context.CallActivityAsync("Ship");
            await context.CallActivityAsync("Bill");
            context.SetCustomStatus(null);
            await context.CallActivityAsync("Thank");
            return "";
        }));
        var story = rig.Tell("Status");
        var one = await story.TurnAsync();
        Assert.Equal("0 send Ready, 1 send Nothing, 2 activity Ship", one.Words());
        Assert.Equal(("other", "5", ""), (one.Actions[0].SendEvent.Instance.InstanceId, one.Actions[0].SendEvent.Data, one.Actions[1].SendEvent.Data));
        Assert.Equal("""{"step":1}""", one.CustomStatus);
        Assert.Equal("""{"step":1}""", (await story.TurnAsync(Story.Completed(2))).CustomStatus);
        Assert.Null((await story.TurnAsync(Story.Completed(3))).CustomStatus);
    }

    [Fact]
    public async Task A_result_that_came_before_its_order_is_taken_and_nothing_is_ordered()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Early", async (context, _) =>
        {
            await context.WaitForExternalEventAsync<string>("go");
            return await context.CallActivityAsync<string>("Ship");
        }));
        Assert.Equal("\"early\"", (await rig.Tell("Early").TurnAsync(Story.Completed(0, "\"early\""), Story.Completed(0, "\"late\""), Story.Raised("go"))).Result());
    }

    [Fact]
    public async Task Unknown_and_unmakeable_workflows_fail_with_their_reason()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<Needy>());
        var unknown = (await rig.Tell("Nobody").TurnAsync()).Failure();
        Assert.Equal(("WorkflowNotFound", "Workflow 'Nobody' is not registered in this app.", true), (unknown.ErrorType, unknown.ErrorMessage, unknown.IsNonRetriable));
        var needy = (await rig.Tell("needy").TurnAsync()).Failure();
        Assert.StartsWith("Workflow 'needy' failed to activate: ", needy.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException", needy.ErrorType);
        Assert.Equal("WorkflowNameMissing", (await rig.Tell("").TurnAsync()).Failure().ErrorType);
        var unreadable = (await rig.Tell("Wanting", "no json").TurnAsync()).Failure();
        Assert.Equal(("System.Text.Json.JsonException", false), (unreadable.ErrorType, unreadable.IsNonRetriable));
    }

    internal sealed class Wanting : Workflow<int, int>
    {
        public override Task<int> RunAsync(WorkflowContext context, int input) => Task.FromResult(input);
    }

    internal sealed class Needy(Func<decimal> need) : Workflow<int, decimal>
    {
        public override Task<decimal> RunAsync(WorkflowContext context, int input) => Task.FromResult(need());
    }
}
