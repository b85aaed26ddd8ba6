using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.Invocation;
using Sidecar.State.Sqlite;
using Sidecar.Tests.Telemetry;

namespace Sidecar.Tests.Invocation;

public sealed class NameResolutionTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();
    private readonly ManualTime time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Fact]
    public async Task The_file_is_one_that_daprd_can_share()
    {
        await using var resolver = Resolver();
        await using var registration = await resolver.RegisterAsync("app", "127.0.0.1:5000");
        using var closing = new ManualResetEventSlim();
        using var database = new SqliteDatabase(neighbourhood.Settings.Uri, TimeSpan.FromSeconds(1), TimeProvider.System, closing);
        Assert.Equal("app||127.0.0.1:5000|1795255200", database.Scalar("SELECT app_id || '|' || namespace || '|' || address || '|' || last_update FROM hosts"));
        Assert.Equal("36", database.Scalar("SELECT length(registration_id) FROM hosts"));
        Assert.Equal("1", database.Scalar("SELECT value FROM metadata WHERE key = 'nr-migrations'"));
        Assert.Equal("2", database.Scalar("SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name IN ('hosts_address_idx', 'hosts_last_update_idx')"));
    }

    [Fact]
    public async Task Sidecars_of_other_processes_are_found_until_they_leave()
    {
        await using var here = Resolver();
        await using var there = Resolver();
        Assert.Empty(await here.FindAsync("app"));
        var first = await there.RegisterAsync("app", "127.0.0.1:5000");
        await using var second = await there.RegisterAsync("app", "127.0.0.1:5001");
        await using var other = await there.RegisterAsync("other", "127.0.0.1:5002");
        Assert.Equal(["127.0.0.1:5000", "127.0.0.1:5001"], await here.FindAsync("app"));
        await first.DisposeAsync();
        Assert.Equal(["127.0.0.1:5001"], await here.FindAsync("app"));
    }

    [Fact]
    public async Task Ones_own_sidecars_are_not_looked_for_in_the_file()
    {
        await using var resolver = Resolver();
        await using var registration = await resolver.RegisterAsync("app", "127.0.0.1:5000");
        Assert.Empty(await resolver.FindAsync("app"));
    }

    [Fact]
    public async Task A_heartbeat_keeps_a_sidecar_known_and_silence_ends_that()
    {
        var silentTime = new ManualTime();
        await using var here = Resolver();
        await using var living = Resolver();
        await using var silent = new SqliteNameResolver(neighbourhood.Settings, silentTime, NullLogger<SqliteNameResolver>.Instance);
        await using var first = await living.RegisterAsync("app", "127.0.0.1:5000");
        await using var second = await silent.RegisterAsync("app", "127.0.0.1:5001");
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(await living.FindAsync("nobody"));
        Assert.Equal(["127.0.0.1:5000", "127.0.0.1:5001"], await here.FindAsync("app"));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(await living.FindAsync("nobody"));
        Assert.Equal(["127.0.0.1:5000"], await here.FindAsync("app"));
    }

    [Fact]
    public async Task A_row_that_was_taken_away_comes_back_with_the_next_heartbeat()
    {
        await using var here = Resolver();
        await using var there = Resolver();
        await using var registration = await there.RegisterAsync("app", "127.0.0.1:5000");
        using (var closing = new ManualResetEventSlim())
        using (var database = new SqliteDatabase(neighbourhood.Settings.Uri, TimeSpan.FromSeconds(1), TimeProvider.System, closing))
        {
            database.Execute("DELETE FROM hosts");
        }

        Assert.Empty(await here.FindAsync("app"));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(await there.FindAsync("nobody"));
        Assert.Equal(["127.0.0.1:5000"], await here.FindAsync("app"));
    }

    [Fact]
    public async Task An_address_that_cannot_be_reached_is_left_out_until_it_is_seen_again()
    {
        await using var here = Resolver();
        await using var there = Resolver();
        await using var registration = await there.RegisterAsync("app", "127.0.0.1:5000");
        here.Distrust("127.0.0.1:5000");
        Assert.Empty(await here.FindAsync("app"));
        Assert.Empty(await here.FindAsync("app"));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(await there.FindAsync("nobody"));
        Assert.Equal(["127.0.0.1:5000"], await here.FindAsync("app"));
    }

    [Fact]
    public async Task Another_sidecar_at_that_address_is_trusted_at_once()
    {
        await using var here = Resolver();
        await using var there = Resolver();
        await using var registration = await there.RegisterAsync("app", "127.0.0.1:5000");
        here.Distrust("127.0.0.1:5000");
        Assert.Empty(await here.FindAsync("app"));
        await using var restarted = Resolver();
        await using var again = await restarted.RegisterAsync("app", "127.0.0.1:5000");
        Assert.Equal(["127.0.0.1:5000"], await here.FindAsync("app"));
    }

    [Fact]
    public async Task Rows_of_those_who_left_without_a_word_are_deleted_in_time()
    {
        await using var resolver = Resolver();
        await using var registration = await resolver.RegisterAsync("app", "127.0.0.1:5000");
        using var closing = new ManualResetEventSlim();
        using var database = new SqliteDatabase(neighbourhood.Settings.Uri, TimeSpan.FromSeconds(1), TimeProvider.System, closing);
        database.Execute("INSERT INTO hosts VALUES ('dead', '127.0.0.1:1', 'dead', '', 0)");
        time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await resolver.FindAsync("nobody"));
        Assert.Equal("app", database.Scalar("SELECT group_concat(app_id) FROM hosts"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_leaves_a_sidecar_alone_unless_it_was_chosen()
    {
        var nowhere = new NameResolutionSettings { Uri = "file:/nowhere/sidecars.db" };
        await using var resolver = new SqliteNameResolver(nowhere, time, NullLogger<SqliteNameResolver>.Instance);
        await using var registration = await resolver.RegisterAsync("app", "127.0.0.1:5000");
        Assert.Empty(await resolver.FindAsync("other"));
        await using var chosen = new SqliteNameResolver(nowhere with { IsChosen = true }, time, NullLogger<SqliteNameResolver>.Instance);
        await Assert.ThrowsAsync<InvocationException>(() => chosen.RegisterAsync("app", "127.0.0.1:5000"));
    }

    [Theory]
    [InlineData("", "missing connection string")]
    [InlineData("updateInterval=1500ms", "update interval must not contain fractions of seconds; update interval must be at least 1s greater than timeout")]
    [InlineData("tableName=a b", "invalid identifier for table name: a b")]
    public void Settings_that_make_no_sense_are_refused(string setting, string problem)
    {
        var values = new Dictionary<string, string>();
        if (setting.Length > 0)
        {
            values["connectionString"] = "x.db";
            values[setting.Split('=')[0]] = setting.Split('=')[1];
        }

        Assert.Equal(problem, Assert.Throws<ComponentException>(() => NameResolutionSettings.Of(new ComponentMetadata(values))).Message);
    }

    [Fact]
    public async Task An_unknown_app_is_called_so_in_the_words_of_the_chosen_resolver()
    {
        await using var implied = Resolver();
        await using var chosen = new SqliteNameResolver(neighbourhood.Settings with { IsChosen = true }, time, NullLogger<SqliteNameResolver>.Instance);
        Assert.Equal("couldn't find service: a", implied.Unknown("a"));
        Assert.Equal("no host found with the given ID", chosen.Unknown("a"));
    }

    private SqliteNameResolver Resolver() => new(neighbourhood.Settings, time, NullLogger<SqliteNameResolver>.Instance);
}
