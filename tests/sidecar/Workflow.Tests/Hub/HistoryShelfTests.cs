using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Hub;

namespace Workflow.Tests.Hub;

public sealed class HistoryShelfTests
{
    private const int Count = 40;
    private static readonly string Large = new('x', 10_000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Histories_of_those_that_wait_leave_memory_and_come_back()
    {
        await using var store = TestHub.Memory();
        await using var test = await new TestHub(store, settings: new HubSettings("app") { WaitingHistoryBytes = 50_000 }).LeadAsync();
        var pasts = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        await using var worker = new FakeWorker(test.Hub, request =>
        {
            pasts[request.InstanceId] = request.PastEvents.Count;
            return HubTests.Listen(request);
        });
        for (var number = 0; number < Count; number++)
        {
            await test.StartAsync($"w{number}", "listen", Large);
            await test.UntilAsync($"w{number}", OrchestrationStatus.Running);
        }

        var before = test.Store.Reads;
        var history = await test.Hub.HistoryAsync("w0", Cancellation);
        Assert.Equal(Large, history!.Single(one => one.ExecutionStarted is not null).ExecutionStarted.Input);
        Assert.True(test.Store.Reads > before, "it had never left");
        await Task.WhenAll(Enumerable.Range(0, Count).Select(number => test.Hub.RaiseAsync($"w{number}", "go", $"{number}", Cancellation)));

        for (var number = 0; number < Count; number++)
        {
            Assert.Equal($"{number}", (await test.EndAsync($"w{number}")).Output);
            Assert.Equal(2, pasts[$"w{number}"]);
            Assert.Equal(5, (await test.Hub.HistoryAsync($"w{number}", Cancellation))!.Count);
        }
    }

    [Fact]
    public async Task Who_reads_a_history_that_is_away_is_told_when_the_lead_is_lost()
    {
        await using var store = TestHub.Memory();
        await using var test = await new TestHub(store, settings: new HubSettings("app") { WaitingHistoryBytes = 1 }).LeadAsync();
        await using var worker = new FakeWorker(test.Hub, HubTests.Listen);
        await test.StartAsync("one", "listen", Large);
        await test.UntilAsync("one", OrchestrationStatus.Running);
        var hub = test.Hub;
        test.Store.ReadsFail = static () => true;

        var reading = hub.HistoryAsync("one", Cancellation);
        await using var next = await new TestHub(store).LeadAsync();
        test.Store.ReadsFail = static () => false;
        await hub.CheckAsync();

        try
        {
            Assert.NotNull(await reading.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        }
        catch (HubException moved)
        {
            Assert.Equal(HubFailure.Moved, moved.Failure);
        }
    }
}
