using Dapr.Workflow;
using Workflow.Tests.Conformance.Ground;

namespace Workflow.Tests.Journeys;

/// <summary>Sidecars and apps that come and go under running workflows change nothing about how those end.</summary>
public sealed class DisturbedTests
{
    private const int Many = 25;

    [Theory, OnEveryStore(Lasting = true)]
    public async Task Every_outcome_is_that_of_an_undisturbed_run(Store store)
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var starts = Enumerable.Range(0, Many).Select(number => (Id: $"w{number}", Start: new Wander(random.Next(), 2, 3, 0))).ToList();
        var expected = await UndisturbedAsync(starts);

        var wandering = new Wandering();
        await using var sidecar = await RunningSidecar.StartAsync(store);
        var app = await SdkApp.StartAsync(sidecar, wandering.Register);
        await Task.WhenAll(starts.Select(start => app.StartAsync("Wander", start.Id, start.Start)));
        for (var strike = 0; strike < 6; strike++)
        {
            await Task.Delay(random.Next(20, 250), TestContext.Current.CancellationToken);
            if (random.Next(3) > 0)
            {
                await sidecar.RestartAsync();
            }

            if (random.Next(2) > 0)
            {
                await app.DisposeAsync();
                app = await SdkApp.StartAsync(sidecar, wandering.Register);
            }
        }

        await app.DisposeAsync();
        app = await SdkApp.StartAsync(sidecar, wandering.Register);
        foreach (var (id, _) in starts)
        {
            var state = await app.EndAsync(id);
            Assert.Equal((seed, id, WorkflowRuntimeStatus.Completed, expected.Sums[id]), (seed, id, state.RuntimeStatus, state.ReadOutputAs<long>()));
        }

        Assert.Equal(expected.Effects.Order(), wandering.Effects.Keys.Order());
        await app.DisposeAsync();
    }

    private static async Task<(Dictionary<string, long> Sums, ICollection<string> Effects)> UndisturbedAsync(List<(string Id, Wander Start)> starts)
    {
        var wandering = new Wandering();
        await using var sidecar = await RunningSidecar.StartAsync(Store.Memory);
        await using var app = await SdkApp.StartAsync(sidecar, wandering.Register);
        await Task.WhenAll(starts.Select(start => app.StartAsync("Wander", start.Id, start.Start)));
        var sums = new Dictionary<string, long>();
        foreach (var (id, _) in starts)
        {
            sums[id] = (await app.EndAsync(id)).ReadOutputAs<long>();
        }

        return (sums, wandering.Effects.Keys);
    }
}
