using System.Text.Json;
using Library.Contracts.Readers;
using Sidecar.Testing;

namespace Readers.Tests.Query;

public sealed class ErasedViewTests
{
    [Fact]
    public async Task An_erased_reader_is_gone_from_every_generation_by_id_and_by_address()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        await query.Say("r1", ReaderState.Active);
        await query.Post("/projections/readers/rebuild");
        await QuerySide.Until(async () => (await query.Get("/projections")).Body.GetProperty("items")[0].GetProperty("previous").ValueKind == JsonValueKind.Number);

        await query.Say("r1", ReaderState.Erased);

        Assert.Equal(404, (await query.Get("/readers/r1")).Status);
        Assert.Empty(await query.WithEmail("ada@example.org"));
        foreach (var generation in new[] { 1, 2 })
        {
            var tombstone = await query.Sidecar.State<JsonElement>(QuerySide.Store, $"readers|{generation}|r1");
            Assert.True(tombstone.GetProperty("erased").GetBoolean());
            Assert.DoesNotContain("ada", tombstone.GetRawText(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task An_older_fact_does_not_bring_an_erased_reader_back()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        var first = await query.Say("r1", ReaderState.Active);
        await query.Say("r1", ReaderState.Erased);

        Assert.Equal(200, (await query.Deliver(first)).Status);

        Assert.Equal(404, (await query.Get("/readers/r1")).Status);
    }

    [Fact]
    public async Task What_is_parked_about_an_erased_reader_is_forgotten_and_cannot_be_replayed()
    {
        await using var query = await QuerySide.Start(time: TimeProvider.System);
        query.Sidecar.Log.ExpectAnything();
        await query.Sidecar.Deliver("pubsub", ReaderCreated.Topic, new { fact = new { id = "r1", name = "Lovelace" } }, new MessageOptions { Id = "r1/1" });
        await query.Sidecar.Deliver("pubsub", ReaderCreated.Topic, new { fact = new { id = "r2", name = "Babbage" } }, new MessageOptions { Id = "r2/1" });
        var parked = (await query.Get("/parked")).Body.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("messageId").GetString() == "r1/1").GetProperty("id").GetString();
        query.Source.Write("r1", ReaderState.Active, "Ada", "ada@example.org");

        await query.Say("r1", ReaderState.Erased);

        Assert.Equal("r2/1", (await query.Get("/parked")).Body.GetProperty("items").EnumerateArray().Single().GetProperty("messageId").GetString());
        Assert.Equal(404, (await query.Post($"/parked/{parked}/replay")).Status);
        Assert.DoesNotContain("Lovelace", (await query.Sidecar.State<JsonElement>(QuerySide.Parked, $"parked|{parked}")).GetRawText(), StringComparison.Ordinal);
    }
}
