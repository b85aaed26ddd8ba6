using Library.Contracts.Readers;
using Sidecar.Testing;

namespace Readers.Tests.Query;

/// <summary>Every call to the sidecar fails once, before or after it has worked; whatever happens, the next delivery makes it good.</summary>
public sealed class QueryFaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fact_that_fails_at_any_call_is_applied_by_its_next_delivery(bool after)
    {
        await using var query = await QuerySide.Start(some => some.InMemoryState(QuerySide.Store), time: TimeProvider.System);
        await query.Say("calm", ReaderState.Active, "calm.1@example.org");
        var before = CallsOfFacts(query);
        await query.Say("calm", ReaderState.Active, "calm.2@example.org");
        var calls = CallsOfFacts(query) - before;
        Assert.InRange(calls, 5, 15);

        for (var number = 1; number <= calls; number++)
        {
            var id = $"r{number}";
            await query.Say(id, ReaderState.Active, $"{id}.1@example.org");
            var written = query.Source.Write(id, ReaderState.Active, "Ada", $"{id}.2@example.org");
            var rule = query.Sidecar.Faults.On(IsOfFacts).Nth(number);
            using (after ? rule.After() : rule.Before())
            {
                await query.Deliver(written);
                await QuerySide.Until(async () => (await query.Get($"/readers/{id}?minVersion=2")).Status == 200);
            }

            await QuerySide.Until(async () => (await query.WithEmail($"{id}.1@example.org")).Length == 0);
            Assert.Equal([id], await query.WithEmail($"{id}.2@example.org"));
        }

        Assert.Equal(0, (await query.Get("/parked")).Body.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task While_the_store_is_away_only_503_is_answered_and_nothing_is_parked()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        await query.Say("r1", ReaderState.Active);
        var written = query.Source.Write("r1", ReaderState.Active, "Ada", "new@example.org");
        using (query.Sidecar.Faults.On(call => call.Component == QuerySide.Store).Before())
        {
            Assert.Equal(503, (await query.Deliver(written)).Status);
            Assert.Equal(503, (await query.Get("/readers/r1")).Status);
            Assert.Equal(503, (await query.Get("/readers?email=ada@example.org")).Status);
        }

        Assert.Equal(200, (await query.Get("/readers/r1?minVersion=2")).Status);
        Assert.Equal(["r1"], await query.WithEmail("new@example.org"));
        Assert.Equal(0, (await query.Get("/parked")).Body.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task An_idle_query_service_asks_its_sidecar_for_nothing()
    {
        await using var query = await QuerySide.Start();
        await query.Say("r1", ReaderState.Active);
        await query.Get("/readers/r1");
        await query.Sidecar.Clock.AdvanceUntil(() => query.Sidecar.Calls.Any(call => call.Name == Call.SaveState && call.Keys.Contains("lag|readers")));
        await query.Sidecar.Clock.AdvanceUntil(() => query.Sidecar.Clock.GetUtcNow().Minute >= 1);
        var before = query.Sidecar.Calls.Count;
        await query.Sidecar.Clock.AdvanceUntil(() => query.Sidecar.Clock.GetUtcNow().Hour >= 1, TimeSpan.FromSeconds(10));
        Assert.Empty(query.Sidecar.Calls.Skip(before).Select(call => $"{call.Name} {string.Join(',', call.Keys)}"));
    }

    private static int CallsOfFacts(QuerySide query) => query.Sidecar.Calls.Count(IsOfFacts);

    private static bool IsOfFacts(SidecarCall call) => call.Component == QuerySide.Store && !call.Keys.Contains("lag|readers");
}
