using Dapr.Workflow;

namespace Sidecar.Testing.Tests;

/// <summary>Workflows of a service run in its test, by the clock of the test.</summary>
public sealed class WorkflowTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workflow_runs_to_its_end()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("bells").Workflows());
        await using var service = await RunAsync(sidecar);
        var client = service.Services.GetRequiredService<DaprWorkflowClient>();
        var id = await client.ScheduleNewWorkflowAsync(nameof(Alarm), "now", TimeSpan.Zero);
        var ended = await client.WaitForWorkflowCompletionAsync(id, cancellation: Cancellation);
        Assert.Equal("ding at 2030-01-01", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Weeks_pass_when_the_clock_is_advanced()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("bells").Workflows());
        await using var service = await RunAsync(sidecar);
        var client = service.Services.GetRequiredService<DaprWorkflowClient>();
        var id = await client.ScheduleNewWorkflowAsync(nameof(Alarm), "later", TimeSpan.FromDays(28));
        var ending = client.WaitForWorkflowCompletionAsync(id, cancellation: Cancellation);
        await sidecar.AdvanceUntil(() => ending.IsCompleted, TimeSpan.FromDays(1));
        Assert.InRange(string.CompareOrdinal("ding at 2030-01-29", (await ending).ReadOutputAs<string>()), int.MinValue, 0);
    }

    private static Task<TestService> RunAsync(TestSidecar sidecar) => sidecar.Run(
        builder => builder.Services.AddDaprWorkflow(options =>
        {
            options.RegisterWorkflow<Alarm>();
            options.RegisterActivity<Ring>();
        }),
        app => app.MapGet("/", () => "bells"));

    private sealed class Alarm : Workflow<TimeSpan, string>
    {
        public override async Task<string> RunAsync(WorkflowContext context, TimeSpan input)
        {
            if (input > TimeSpan.Zero)
            {
                await context.CreateTimer(input);
            }

            return await context.CallActivityAsync<string>(nameof(Ring), context.CurrentUtcDateTime);
        }
    }

    private sealed class Ring : WorkflowActivity<DateTime, string>
    {
        public override Task<string> RunAsync(WorkflowActivityContext context, DateTime input) => Task.FromResult($"ding at {input:yyyy-MM-dd}");
    }
}
