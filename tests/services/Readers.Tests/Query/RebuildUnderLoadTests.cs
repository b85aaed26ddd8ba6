namespace Readers.Tests.Query;

/// <summary>2,000 readers, fewer on the other stores; with LIBRARY_TEST_ALL=true, 100,000 and 10,000.</summary>
public sealed class RebuildUnderLoadTests(ITestOutputHelper output)
{
    private static bool IsLong => Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";

    [Theory]
    [InlineData("SQLite", 2_000, 100_000)]
    [InlineData("Redis", 500, 10_000)]
    [InlineData("PostgreSQL", 500, 10_000)]
    public async Task No_answer_is_wrong_missing_or_stale_while_two_replicas_are_rebuilt_and_after_the_switch(string store, int readers, int all)
    {
        readers = IsLong ? all : readers;
        await using var stores = await QueryStores.Start(store);
        var source = new ReaderSource();
        ReaderLoad.Fill(source, readers);
        await using var query = await QuerySide.Start(stores.Components, source, time: TimeProvider.System);
        var load = new ReaderLoad(query, readers) { Replicas = { query.Service, await query.Another() } };
        load.Start();

        Assert.Equal(202, (await query.Post("/projections/readers/rebuild")).Status);
        var progress = new SortedSet<long>();
        await QuerySide.Until(
            async () =>
            {
                var projection = (await query.Get("/projections")).Body.GetProperty("items")[0];
                if (projection.GetProperty("build") is { ValueKind: System.Text.Json.JsonValueKind.Object } build)
                {
                    progress.Add(build.GetProperty("done").GetInt64());
                }

                return projection.GetProperty("generation").GetInt32() == 2;
            },
            TimeSpan.FromMinutes(20));
        var asked = load.Asked;
        await QuerySide.Until(() => Task.FromResult(load.Asked > asked + 200));
        await load.Stop();
        await load.CompareAll();
        output.WriteLine($"{store}: {load.Asked} questions, progress {string.Join(' ', progress)}");
        Assert.Empty(load.Wrong);
        Assert.True(progress.Count > 2, $"progress seen: {string.Join(' ', progress)}");
    }

    [Fact]
    public async Task When_the_replica_that_builds_dies_the_other_finishes_and_no_answer_is_wrong()
    {
        var source = new ReaderSource();
        ReaderLoad.Fill(source, 1_000);
        await using var query = await QuerySide.Start(source: source, time: TimeProvider.System);
        query.Sidecar.Log.ExpectAnything();
        var other = await query.Another();
        var load = new ReaderLoad(query, 1_000) { Replicas = { other } };
        var hold = query.Sidecar.Faults.On(call => call.Name == Sidecar.Testing.Call.SaveState && call.Keys.Any(key => key.StartsWith("readers|2|r9", StringComparison.Ordinal))).By(query.Service).Once().Hold();
        Assert.Equal(202, (await query.Post("/projections/readers/rebuild")).Status);
        await hold.Arrived();
        query.Service.Kill();
        load.Start();
        await QuerySide.Until(async () => (await query.Get("/projections", other)).Body.GetProperty("items")[0].GetProperty("generation").GetInt32() == 2);
        await load.Stop();
        await load.CompareAll();
        Assert.Empty(load.Wrong);
    }
}
