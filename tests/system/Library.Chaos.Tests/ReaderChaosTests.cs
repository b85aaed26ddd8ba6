using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Library.Contracts.Readers;
using Servers;
using Tokens;

namespace Library.Chaos.Tests;

public sealed class ReaderChaosTests : IDisposable
{
    private static readonly bool IsLongRun = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";
    private static readonly int Commands = IsLongRun ? 10_000 : 1_000;
    private static readonly int PerSecond = IsLongRun ? 100 : 80;
    private static readonly TimeSpan Outage = IsLongRun ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(6);
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public ReaderChaosTests() => _limit.CancelAfter(IsLongRun ? TimeSpan.FromMinutes(20) : TimeSpan.FromMinutes(4));

    public void Dispose() => _limit.Dispose();

    /// <summary>For a short run the set with servers is enough; crowds register on the others.</summary>
    public static TheoryData<string> Sets => IsLongRun ? [ComponentSet.Embedded, "postgres", "postgres-redis"] : ["postgres"];

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task What_was_acknowledged_is_in_the_view_though_everything_dies(string name)
    {
        Assert.SkipWhen(ComponentSet.Missing(name) is not null, ComponentSet.Missing(name) ?? "");
        await using var set = new ComponentSet(name);
        await set.StartAsync(_limit.Token);
        await using var library = await Start(set);
        await using var coordinator = await CoordinatorStandIn.StartAsync(library, _limit.Token);
        var readership = new Readership(coordinator, library.Gateway, Commands, PerSecond);
        var victims = library.Victims.Concat(set.Victims).ToList();
        var strikes = new Strikes(victims, IsLongRun ? 4 : 1, patience: TimeSpan.FromSeconds(IsLongRun ? 20 : 5));
        var started = TimeProvider.System.GetTimestamp();
        Console.WriteLine($"chaos on {name}: {Commands} commands, CHAOS_SEED={strikes.Seed}");
        try
        {
            await Task.WhenAll(readership.RunAsync(_limit.Token), strikes.RunAsync(() => readership.Acknowledged, Commands, _limit.Token));
            var checker = new Checker(coordinator, library.Gateway);
            await checker.ViewsShowAsync(readership, _limit.Token);
            var readers = await checker.ViewsEqualFactsAsync(_limit.Token);
            Assert.True(readers >= readership.Expected.Count + readership.Cancelled.Count);
            await checker.NothingIsParkedAsync(_limit.Token);
        }
        catch (Exception problem)
        {
            Assert.Fail($"CHAOS_SEED={strikes.Seed}; {strikes}\n{problem}\n{library.LastWords}");
        }
        finally
        {
            victims.ForEach(victim => victim.Dispose());
        }

        Console.WriteLine($"chaos on {name}: {readership.Expected.Count} readers and {readership.Cancelled.Count} cancelled ones as acknowledged after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s, {readership.Refused} changes refused meanwhile; {strikes}");
    }

    /// <summary>Another one each time; with ./test --all both.</summary>
    public static TheoryData<string> Databases => IsLongRun ? ["reader_command", "reader_query"] : [Random.Shared.Next(2) == 0 ? "reader_command" : "reader_query"];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Only_the_service_whose_database_is_away_answers_503_and_nothing_is_missing_afterwards(string database)
    {
        Assert.SkipWhen(ComponentSet.Missing("postgres") is not null, ComponentSet.Missing("postgres") ?? "");
        await using var set = new ComponentSet("postgres");
        await set.StartAsync(_limit.Token);
        await using var library = await Start(set);
        await using var coordinator = await CoordinatorStandIn.StartAsync(library, _limit.Token);
        var before = new Readership(coordinator, library.Gateway, commands: 20, perSecond: 1000);
        await before.RunAsync(_limit.Token);
        var checker = new Checker(coordinator, library.Gateway);
        await checker.ViewsShowAsync(before, _limit.Token);
        var reader = before.Expected.First();
        var (writes, reads) = database == "reader_command" ? (HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK) : (HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);

        await set.CloseAsync(database, _limit.Token);
        var started = TimeProvider.System.GetTimestamp();
        var ordered = new List<CreateReader>();
        try
        {
            while (TimeProvider.System.GetElapsedTime(started) < Outage)
            {
                var id = Guid.CreateVersion7().ToString();
                ordered.Add(new CreateReader($"saga-{id}", "create-reader", 1, CoordinatorStandIn.Replies, id, "Late", $"{id}@chaos.example"));
                await coordinator.Send(CreateReader.Topic, ordered[^1], _limit.Token);
                using var changed = await library.Gateway.PatchAsJsonAsync($"/api/readers/{reader.Key}", new { name = $"At {ordered.Count}" }, _limit.Token);
                using var shown = await library.Gateway.GetAsync(new Uri($"/api/readers/{reader.Key}", UriKind.Relative), _limit.Token);
                Assert.Equal((writes, reads), (changed.StatusCode, shown.StatusCode));
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, _limit.Token);
            }
        }
        finally
        {
            await set.OpenAsync(database, CancellationToken.None);
        }

        foreach (var command in ordered)
        {
            Assert.True((await coordinator.Answer(command, _limit.Token)).Done);
        }

        Assert.True(await checker.ViewsEqualFactsAsync(_limit.Token) >= ordered.Count + before.Expected.Count);
        await checker.NothingIsParkedAsync(_limit.Token);
        var name = (await library.Gateway.GetFromJsonAsync<JsonElement>($"/api/readers/{reader.Key}", _limit.Token)).GetProperty("name").GetString();
        Assert.Equal(database == "reader_command" ? reader.Value.Name : $"At {ordered.Count}", name);
    }

    /// <summary>The readers of these runs have no accounts: the test itself says that it is staff.</summary>
    private async Task<RunningLibrary> Start(ComponentSet set)
    {
        var library = await RunningLibrary.StartAsync(set, _limit.Token, new Dictionary<string, string> { ["LIBRARY_AUTH__JWKS"] = TestIssuer.Default.Jwks });
        library.Gateway.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestIssuer.Admin);
        return library;
    }
}
