extern alias daemon;
using Dapr.Workflow;
using Dapr.Workflow.Client;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Turns;

/// <summary>Failed steps are called again as their policy says.</summary>
public sealed class RetryTests
{
    public static TheoryData<string, int, double, double, double?, double?, string> Tables => new()
    {
        // attempts, first wait, coefficient, longest wait, limit in all; the waits that follow. A turn takes one second.
        { "usual", 3, 1, 2, 1.5, 10, "1 1.5" },
        { "once", 1, 1, 2, null, null, "" },
        { "steady", 4, 2, 1, null, null, "2 2 2" },
        { "growing", 5, 1, 3, null, null, "1 3 9 27" },
        { "without a cap of an hour", 4, 1800, 4, null, null, "1800 7200 28800" },
        { "limited", 100, 1, 1, null, 7, "1 1 1" },
    };

    [Theory, MemberData(nameof(Tables))]
    public async Task Waits_are_those_of_the_table(string id, int attempts, double first, double coefficient, double? longest, double? limit, string waits)
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Retry", (context, _) => context.CallActivityAsync<string>(
            "Ship",
            5,
            new WorkflowTaskOptions(new WorkflowRetryPolicy(attempts, TimeSpan.FromSeconds(first), coefficient, Seconds(longest), Seconds(limit))))));
        var story = rig.Tell("Retry", null, id);
        var response = await story.TurnAsync();
        var label = response.Actions[0].ScheduleTask.TaskExecutionId;
        var seen = new List<double>();
        var ids = new List<string>();
        for (var number = 0; response.Actions[0].CompleteWorkflow is null; number += 2)
        {
            Assert.Equal($"{number} activity Ship", response.Words());
            ids.Add(response.Actions[0].ScheduleTask.TaskExecutionId);
            var time = story.Now;
            response = await story.TurnAsync(Story.Failed(number, $"attempt {number}"));
            if (response.Actions[0].CreateTimer is { } timer)
            {
                Assert.Equal((number + 1, label), (response.Actions[0].Id, timer.ActivityRetry.TaskExecutionId));
                seen.Add((timer.FireAt.ToDateTime() - time).TotalSeconds);
                response = await story.TurnAsync(Story.Fired(number + 1));
            }
        }

        Assert.Equal(waits, string.Join(' ', seen));
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.Equal($"Task failed: attempt {2 * seen.Count}", response.Failure().ErrorMessage);
    }

    [Fact]
    public async Task A_child_that_fails_gets_a_new_instance_unless_it_has_one()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string?, string>("Children", (context, id) => context.CallChildWorkflowAsync<string>(
            "Child", null, new ChildWorkflowTaskOptions(id, new WorkflowRetryPolicy(2, TimeSpan.FromSeconds(1))))));
        var story = rig.Tell("Children");
        var first = (await story.TurnAsync()).Actions[0].CreateChildWorkflow.InstanceId;
        Assert.Equal("97f708dc-c714-5a47-8c57-0715798ca40e", first);
        var timer = (await story.TurnAsync(Story.ChildFailed(0, "no"))).Actions[0].CreateTimer;
        Assert.Equal("2a22b001-284f-543b-90ba-15523729851d", timer.ChildWorkflowRetry.InstanceId);
        var again = await story.TurnAsync(Story.Fired(1));
        Assert.NotEqual(first, again.Actions[0].CreateChildWorkflow.InstanceId);
        Assert.Equal("\"done\"", (await story.TurnAsync(Story.ChildCompleted(2, "\"done\""))).Result());

        var named = rig.Tell("Children", "\"mine\"", "order-2");
        Assert.Equal("mine", (await named.TurnAsync()).Actions[0].CreateChildWorkflow.InstanceId);
        Assert.Equal("mine", (await named.TurnAsync(Story.ChildFailed(0, "no"))).Actions[0].CreateTimer.ChildWorkflowRetry.InstanceId);
    }

    [Fact]
    public async Task Whoever_retries_by_hand_waits_on_durable_timers_too()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Hand", async (context, _) =>
            (await new RetryInterceptor<string>(context, new WorkflowRetryPolicy(2, TimeSpan.FromSeconds(1)), () => context.CallActivityAsync<string>("Ship")).Invoke())!));
        var story = rig.Tell("Hand");
        await story.TurnAsync();
        Assert.Equal("1 timer", (await story.TurnAsync(Story.Failed(0))).Words());
    }

    [Fact]
    public void Policies_check_what_they_are_given()
    {
        var policy = new WorkflowRetryPolicy(2, TimeSpan.FromSeconds(1), 3, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        Assert.Equal((2, 1, 3, 4, 5), (policy.MaxNumberOfAttempts, policy.FirstRetryInterval.TotalSeconds, policy.BackoffCoefficient, policy.MaxRetryInterval!.Value.TotalSeconds, policy.RetryTimeout.TotalSeconds));
        Assert.Equal(Timeout.InfiniteTimeSpan, new WorkflowRetryPolicy(1, TimeSpan.FromSeconds(1)).RetryTimeout);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkflowRetryPolicy(0, TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkflowRetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkflowRetryPolicy(1, TimeSpan.FromSeconds(1), 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkflowRetryPolicy(1, TimeSpan.FromHours(2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkflowRetryPolicy(1, TimeSpan.FromSeconds(2), retryTimeout: TimeSpan.FromSeconds(1)));
    }

    private static TimeSpan? Seconds(double? seconds) => seconds is { } number ? TimeSpan.FromSeconds(number) : null;
}
