using Dapr.Workflow;

namespace Sidecar.Testing.Tests.Workflow;

public sealed class TestWorkflowsTests
{
    [Fact]
    public async Task A_workflow_lives_by_the_test_s_clock()
    {
        await using var sidecar = await StartAsync();
        await using var service = await sidecar.Run(builder => Register(builder.Services), _ => { });

        var id = await sidecar.Workflows.Start("Patient", 5);
        Assert.Equal("Running", (await sidecar.Workflows.State(id))!.Status);
        sidecar.Clock.Advance(TimeSpan.FromHours(24));

        Assert.Equal(5, (await sidecar.Workflows.End(id)).Output<int>());
    }

    [Fact]
    public async Task An_instance_can_be_told_asked_and_ended()
    {
        await using var sidecar = await StartAsync();
        await using var service = await sidecar.Run(builder => Register(builder.Services), _ => { });
        var told = await sidecar.Workflows.Start("Told", id: "told");
        Assert.Equal("waits", (await sidecar.Workflows.State(told))!.CustomStatus<string>());
        await sidecar.Workflows.Raise(told, "go", "there");
        Assert.Equal("System.InvalidOperationException: there", (await sidecar.Workflows.End(told)).Failure);

        var ended = await sidecar.Workflows.Start("Told");
        await sidecar.Workflows.Terminate(ended);
        Assert.Equal("Terminated", (await sidecar.Workflows.End(ended)).Status);
        Assert.Null(await sidecar.Workflows.State("nobody"));
    }

    [Fact]
    public async Task A_workflow_goes_on_in_another_instance_of_its_service()
    {
        await using var sidecar = await StartAsync();
        await using var first = await sidecar.Run(builder => Register(builder.Services), _ => { });
        var id = await sidecar.Workflows.Start("Told");
        first.Kill();
        await using var second = await sidecar.Run(builder => Register(builder.Services), _ => { });
        await sidecar.Workflows.Raise(id, "go", "there");
        Assert.Equal("Failed", (await sidecar.Workflows.End(id)).Status);
    }

    private static Task<TestSidecar> StartAsync() => TestSidecar.Start(options => options.AppId("orders").InMemoryState("workflows", ("actorStateStore", "true")).Tokens(api: "sesame"));

    private static void Register(IServiceCollection services) => services.AddDaprWorkflow(options =>
    {
        options.RegisterWorkflow<int, int>("Patient", async (context, number) =>
        {
            await context.CreateTimer(TimeSpan.FromHours(23), CancellationToken.None);
            return number;
        });
        options.RegisterWorkflow<string, string>("Told", async (context, _) =>
        {
            context.SetCustomStatus("waits");
            throw new InvalidOperationException(await context.WaitForExternalEventAsync<string>("go", TimeSpan.FromDays(1)));
        });
    });
}
