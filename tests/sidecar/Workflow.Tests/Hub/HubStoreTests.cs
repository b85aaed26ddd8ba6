using Sidecar.State;

namespace Workflow.Tests.Hub;

public sealed class HubStoreTests(HubStores stores) : IClassFixture<HubStores>
{
    private static readonly string[] Kinds = ["sqlite", "postgres v1", "postgres v2"];

    /// <summary>Redis keeps workflows too, though it cannot keep two leaders apart.</summary>
    public static TheoryData<string> EveryKind => [.. Kinds, "redis"];

    public static MatrixTheoryData<string, int> EveryKindAndTransaction => new(Kinds, [1, 2, 3, 5, 7, 9, 12]);

    [Theory]
    [MemberData(nameof(EveryKindAndTransaction))]
    public Task Killed_before_a_transaction_the_next_sidecar_goes_on(string kind, int number) => RunAsync(kind, number, Fault.KilledBefore);

    [Theory]
    [MemberData(nameof(EveryKindAndTransaction))]
    public Task Killed_after_a_transaction_the_next_sidecar_goes_on(string kind, int number) => RunAsync(kind, number, Fault.KilledAfter);

    [Theory]
    [MemberData(nameof(EveryKindAndTransaction))]
    public Task A_transaction_whose_answer_was_lost_has_happened_once(string kind, int number) => RunAsync(kind, number, Fault.After);

    [Theory]
    [MemberData(nameof(EveryKindAndTransaction))]
    public Task A_transaction_that_happens_late_happens_once(string kind, int number) => RunAsync(kind, number, Fault.Later);

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task Many_workflows_leave_only_their_own_rows(string kind)
    {
        await using var store = await (await stores.Fresh(kind))();
        await using (var test = await new TestHub(store).LeadAsync())
        {
            await using var worker = new FakeWorker(test.Hub, request => Scripts.Chain(request, 3));
            await Task.WhenAll(Enumerable.Range(0, 200).Select(number => test.StartAsync($"w{number:000}")));
            for (var number = 0; number < 200; number++)
            {
                Assert.Equal("2", (await test.EndAsync($"w{number:000}")).Output);
            }

            var (page, next) = await test.Hub.ListAsync(null, 150, TestHub.Cancellation);
            Assert.Equal((150, "w149"), (page.Count, next));
        }

        var keys = await ((IListsKeys)store).ListKeysAsync("app||wf||", "", 10_000, TestHub.Cancellation);
        Assert.Equal(["bounds", "h", "i", "lease"], keys.Select(key => key["app||wf||".Length..].Split('|')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(2 + 200 + (200 * 4), keys.Count);
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task Whoever_leads_next_reads_what_waits(string kind)
    {
        var open = await stores.Fresh(kind);
        await using var before = await open();
        var first = await new TestHub(before).LeadAsync();
        await using (new FakeWorker(first.Hub, HubTests.Listen))
        {
            await Task.WhenAll(Enumerable.Range(0, 1500).Select(number => first.StartAsync($"w{number}", "listen")));
            await first.UntilAsync("w1499", Sidecar.Protos.Workflow.OrchestrationStatus.Running);
            first.Kill();
        }

        await using var after = await open();
        await using var second = await new TestHub(after).LeadAsync();
        await using var next = new FakeWorker(second.Hub, HubTests.Listen);
        await Task.WhenAll(Enumerable.Range(0, 1500).Select(number => second.Hub.RaiseAsync($"w{number}", "go", $"{number}", TestHub.Cancellation)));
        for (var number = 0; number < 1500; number += 100)
        {
            Assert.Equal($"{number}", (await second.EndAsync($"w{number}")).Output);
        }
    }

    private async Task RunAsync(string kind, int number, Fault fault)
    {
        var journey = new Journey(await stores.Fresh(kind), "trip");

        await journey.RunAsync((transaction, _) => transaction == number ? fault : Fault.None);
    }
}
