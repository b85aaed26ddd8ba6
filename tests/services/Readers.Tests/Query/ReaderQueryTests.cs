using System.Text.Json;
using Library.Contracts.Readers;

namespace Readers.Tests.Query;

public sealed class ReaderQueryTests
{
    [Fact]
    public async Task A_pending_reader_is_shown_by_id_and_not_found_by_the_address()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        await query.Say("r1", ReaderState.Pending);
        var (status, body, _) = await query.Get("/readers/r1");
        Assert.Equal((200, "pending", "Ada", 1L), (status, body.GetProperty("state").GetString(), body.GetProperty("name").GetString(), body.GetProperty("version").GetInt64()));
        Assert.Empty(await query.WithEmail("ada@example.org"));
    }

    [Fact]
    public async Task An_active_reader_is_found_by_the_address_however_it_is_spelt()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        await query.Say("r1", ReaderState.Pending);
        await query.Say("r1", ReaderState.Active);
        Assert.Equal(["r1"], await query.WithEmail("ada@example.org"));
        Assert.Equal(["r1"], await query.WithEmail(" Ada@EXAMPLE.org "));
    }

    [Fact]
    public async Task A_changed_address_finds_the_reader_and_the_former_one_no_longer_does()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        await query.Say("r1", ReaderState.Active, "ada@example.org");
        await query.Say("r1", ReaderState.Active, "lovelace@example.org");
        Assert.Empty(await query.WithEmail("ada@example.org"));
        Assert.Equal(["r1"], await query.WithEmail("lovelace@example.org"));
        await query.Say("r2", ReaderState.Active, "ada@example.org");
        Assert.Equal(["r2"], await query.WithEmail("ada@example.org"));
    }

    [Fact]
    public async Task A_cancelled_reader_is_gone_and_no_late_fact_brings_it_back()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        var late = await query.Say("r1", ReaderState.Pending);
        await query.Say("r1", ReaderState.Cancelled);
        Assert.Equal(200, (await query.Deliver(late)).Status);
        var (status, body, _) = await query.Get("/readers/r1");
        Assert.Equal((404, "reader-unknown"), (status, body.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("/readers", "email-missing")]
    [InlineData("/readers?email=a@b.c&limit=0", "limit-unclear")]
    [InlineData("/readers?email=a@b.c&limit=201", "limit-unclear")]
    [InlineData("/readers?email=a@b.c&after=%25", "after-unclear")]
    [InlineData("/readers?email=a@b.c&minVersion=7", "min-version-unclear")]
    [InlineData("/readers/r1?minVersion=-1", "min-version-unclear")]
    public async Task A_question_that_cannot_be_understood_says_what_is_wrong(string path, string type)
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        var (status, body, _) = await query.Get(path);
        Assert.Equal((400, type), (status, body.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task A_question_for_a_version_waits_until_its_fact_arrives()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        var written = query.Source.Write("r1", ReaderState.Active, "Ada", "ada@example.org");
        var one = query.Get("/readers/r1?minVersion=1");
        var list = query.WithEmail("ada@example.org", "&minVersion=r1:1");
        await query.Deliver(written);
        Assert.Equal(200, (await one).Status);
        Assert.Equal(["r1"], await list);
    }

    [Fact]
    public async Task A_question_for_a_version_that_went_to_another_replica_is_answered_too()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        var other = await query.Another();
        query.Service.Pause();
        await query.Say("r1", ReaderState.Active);
        query.Service.Resume();
        Assert.Equal(200, (await query.Get("/readers/r1?minVersion=1")).Status);
        Assert.Equal(200, (await query.Get("/readers/r1?minVersion=1", other)).Status);
    }

    [Fact]
    public async Task A_view_that_stays_behind_says_so_and_when_to_ask_again()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        await query.Say("r1", ReaderState.Active);
        var (status, body, retryAfter) = await query.Get("/readers/r1?minVersion=2");
        Assert.Equal((503, "view-behind", "1"), (status, body.GetProperty("type").GetString(), retryAfter));
    }

    [Fact]
    public async Task A_view_is_not_ready_before_it_was_built_the_first_time()
    {
        var sidecar = await Sidecar.Testing.TestSidecar.Start(options => options
            .AppId("reader-query").SqlitePubSub("pubsub").SqliteState(QuerySide.Parked).SqliteState(QuerySide.Store).Time(TimeProvider.System));
        sidecar.Log.ExpectAnything();
        var source = new ReaderSource();
        source.Write("r1", ReaderState.Active, "Ada", "ada@example.org");
        await using var query = new QuerySide(sidecar, source, await sidecar.Run<Library.Readers.Query.ReaderView>(QuerySide.Settings));
        Assert.Equal(503, (await query.Get("/healthz")).Status);
        Assert.Equal("view-building", (await query.Get("/readers/r1")).Body.GetProperty("type").GetString());
        await sidecar.Simulate("reader-command", source.Map);
        await QuerySide.Until(async () => (await query.Get("/readers/r1")).Status == 200);
        await QuerySide.Until(async () => (await query.Get("/healthz")).Status == 200);
    }

    [Fact]
    public async Task Operators_see_how_far_a_projection_is_and_rebuild_it_and_go_back()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        await query.Say("r1", ReaderState.Active);
        Assert.Equal(404, (await query.Post("/projections/nothing/rebuild")).Status);
        Assert.Equal("no-previous-generation", (await query.Post("/projections/readers/switch-back")).Body.GetProperty("type").GetString());
        Assert.Equal(202, (await query.Post("/projections/readers/rebuild")).Status);
        await QuerySide.Until(async () => (await Projection(query)).GetProperty("generation").GetInt32() == 2);
        Assert.Equal(1, (await Projection(query)).GetProperty("previous").GetInt32());
        await QuerySide.Until(async () => (await query.Post("/projections/readers/switch-back")).Status == 202);
        Assert.Equal(1, (await Projection(query)).GetProperty("generation").GetInt32());
        Assert.Equal(200, (await query.Get("/readers/r1")).Status);
    }

    [Fact]
    public async Task A_generation_with_less_than_the_current_one_waits_for_an_operator_who_takes_it_or_lets_it_go()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        query.Sidecar.Log.Expect("was not switched to");
        var restored = await query.Say("r1", ReaderState.Active);
        Assert.Equal(200, (await query.Deliver(restored with { Fact = restored.Fact with { Version = 7 } })).Status);
        Assert.Equal("rebuild-not-refused", (await query.Post("/projections/readers/switch")).Body.GetProperty("type").GetString());
        Assert.Equal("no-rebuild", (await query.Post("/projections/readers/cancel")).Body.GetProperty("type").GetString());

        await query.Post("/projections/readers/rebuild");
        await QuerySide.Until(async () => (await Projection(query)).GetProperty("state").GetString() == "refused");
        Assert.Equal(1, (await Projection(query)).GetProperty("build").GetProperty("comparison").GetProperty("behind").GetInt32());
        Assert.Equal(7, (await query.Get("/readers/r1")).Body.GetProperty("version").GetInt32());
        Assert.Equal(202, (await query.Post("/projections/readers/cancel")).Status);

        await query.Post("/projections/readers/rebuild");
        await QuerySide.Until(async () => (await Projection(query)).GetProperty("state").GetString() == "refused");
        Assert.Equal(202, (await query.Post("/projections/readers/switch")).Status);
        await QuerySide.Until(async () => (await query.Get("/readers/r1")).Body.GetProperty("version").GetInt32() == 1);
    }

    [Fact]
    public async Task Lag_is_told_in_events_and_in_seconds_and_nothing_is_missing_when_all_has_come()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        var missing = query.Source.Write("r1", ReaderState.Pending, "Ada", "ada@example.org");
        var place = missing.Position.Place;
        await query.Sidecar.Deliver("pubsub", "reader-command.place-published", query.Source.Progress(place, quiet: false));
        var lag = (await Projection(query)).GetProperty("lag");
        Assert.Equal((1L, true), (lag.GetProperty("events").GetInt64(), lag.GetProperty("seconds").GetDouble() >= 0));
        Assert.Contains("library_projection_lag_events{projection=\"readers\"} 1", await query.Service.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await query.Deliver(missing);
        Assert.Equal(0, (await Projection(query)).GetProperty("lag").GetProperty("events").GetInt64());
    }

    [Fact]
    public async Task Lag_that_nobody_remembers_to_have_made_good_is_looked_up_at_the_source()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        var other = await query.Another();
        query.Service.Pause();
        var written = await query.Say("r1", ReaderState.Active);
        other.Kill();
        query.Service.Resume();
        await query.Sidecar.Deliver("pubsub", "reader-command.place-published", query.Source.Progress(written.Position.Place, quiet: true));
        await QuerySide.Until(async () => (await Projection(query)).GetProperty("lag") is var lag && lag.GetProperty("events").GetInt64() == 0);
    }

    private static async Task<JsonElement> Projection(QuerySide query) => (await query.Get("/projections")).Body.GetProperty("items")[0];
}
