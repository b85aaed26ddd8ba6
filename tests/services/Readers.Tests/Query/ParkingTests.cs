using System.Text.Json;
using Library.Contracts.Readers;
using Sidecar.Testing;

namespace Readers.Tests.Query;

public sealed class ParkingTests
{
    private static readonly MessageOptions Message = new() { Id = "r1/1" };

    [Fact]
    public async Task What_time_does_not_mend_is_parked_with_its_reason_before_it_is_refused()
    {
        await using var query = await Start();
        var delivery = await query.Sidecar.Deliver("pubsub", ReaderCreated.Topic, new { fact = new { id = "r1" } }, Message);
        Assert.Equal(422, delivery.Status);
        var parked = Assert.Single(await Parked(query));
        Assert.Equal((ReaderCreated.Topic, "r1/1", 1), (Text(parked, "topic"), Text(parked, "messageId"), parked.GetProperty("attempts").GetInt32()));
        Assert.Contains(ReaderCreated.Topic, Text(parked, "reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_time_mends_is_not_parked_and_comes_again()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        query.Sidecar.Faults.On(Call.SaveState).Component(QuerySide.Store).Once().Before();
        var written = query.Source.Write("r1", ReaderState.Active, "Ada", "ada@example.org");
        Assert.Equal(503, (await query.Deliver(written)).Status);
        Assert.Empty(await Parked(query));
        await QuerySide.Until(async () => (await query.Get("/readers/r1")).Status == 200);
    }

    [Fact]
    public async Task A_reason_that_cannot_be_stored_parks_nothing()
    {
        await using var query = await Start();
        query.Sidecar.Faults.On(Call.SaveState).Component(QuerySide.Parked).Once().Before();
        var delivery = await query.Sidecar.Deliver("pubsub", ReaderCreated.Topic, new { fact = new { id = "r1" } }, Message);
        Assert.Equal(503, delivery.Status);
    }

    [Fact]
    public async Task A_dead_letter_without_a_reason_is_kept_all_the_same()
    {
        await using var query = await Start();
        Assert.Equal(200, (await query.Sidecar.Deliver("pubsub", "reader-query.parked", new { some = "body" }, Message)).Status);
        Assert.Contains("gave no reason", Text(Assert.Single(await Parked(query)), "reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replaying_handles_the_message_and_replaying_twice_changes_nothing()
    {
        await using var query = await Start();
        var written = query.Source.Write("r1", ReaderState.Active, "Ada", "ada@example.org");
        query.Sidecar.Faults.On(Call.GetState).Key("readers|1|r1").Once().Before();
        await query.Sidecar.SetState(QuerySide.Store, "readers|1|r1", new { schema = "not a number" });
        Assert.Equal(503, (await query.Deliver(written)).Status);
        await QuerySide.Until(async () => (await Parked(query)).Count == 1);
        await query.Sidecar.SetState(QuerySide.Store, "readers|1|r1", new { schema = 1, id = "r1", version = 0 });

        var id = Text((await Parked(query))[0], "id");
        var (status, first, _) = await query.Post($"/parked/{id}/replay");
        Assert.Equal(200, status);
        Assert.Equal(200, (await query.Get("/readers/r1")).Status);
        Assert.Empty(await Parked(query));

        var calls = query.Sidecar.Calls.Count;
        var second = await query.Post($"/parked/{id}/replay");
        Assert.Equal((200, Text(first, "replayedAt")), (second.Status, Text(second.Body, "replayedAt")));
        Assert.DoesNotContain(query.Sidecar.Calls.Skip(calls), call => call.Name != Call.GetState);
    }

    [Fact]
    public async Task A_replay_that_fails_again_stays_parked_with_the_new_reason()
    {
        await using var query = await Start();
        await query.Sidecar.Deliver("pubsub", ReaderCreated.Topic, new { fact = new { id = "r1" } }, Message);
        var parked = Assert.Single(await Parked(query));
        var (status, body, _) = await query.Post($"/parked/{Text(parked, "id")}/replay");
        Assert.Equal((422, "parked-again"), (status, Text(body, "type")));
        Assert.Equal(2, Assert.Single(await Parked(query)).GetProperty("attempts").GetInt32());
        Assert.Equal(404, (await query.Post("/parked/unknown/replay")).Status);
    }

    [Fact]
    public async Task Of_a_message_that_is_too_large_only_what_names_it_is_kept()
    {
        await using var query = await Start();
        Assert.Equal(200, (await query.Sidecar.Deliver("pubsub", "reader-query.parked", new { some = new string('x', 2_000_000) }, Message)).Status);
        var parked = Assert.Single(await Parked(query));
        Assert.False(parked.GetProperty("canBeReplayed").GetBoolean());
        Assert.Equal(409, (await query.Post($"/parked/{Text(parked, "id")}/replay")).Status);
    }

    [Fact]
    public async Task Parked_messages_are_listed_page_by_page()
    {
        await using var query = await Start();
        for (var number = 0; number < 5; number++)
        {
            await query.Sidecar.Deliver("pubsub", "reader-query.parked", new { number }, new MessageOptions { Id = $"m{number}" });
        }

        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = (await query.Get($"/parked?limit=2{(after is null ? "" : $"&after={after}")}")).Body;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(one => Text(one, "messageId")));
            if ((after = page.GetProperty("next").GetString()) is null)
            {
                break;
            }
        }

        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], seen);
    }

    private static async Task<QuerySide> Start()
    {
        var query = await QuerySide.Start(time: TimeProvider.System);
        query.Sidecar.Log.ExpectAnything();
        return query;
    }

    private static async Task<List<JsonElement>> Parked(QuerySide query) => [.. (await query.Get("/parked")).Body.GetProperty("items").EnumerateArray()];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
