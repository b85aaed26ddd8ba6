using System.Net.Http.Json;
using Library.Defaults.Facts;
using Library.Defaults.Stores;
using Sidecar.Testing;

namespace Defaults.Tests.Writing;

public sealed class FactsTests
{
    [Fact]
    public async Task All_entries_are_told_in_order_with_the_state_of_now()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "old");
        await Notes.Put(service, "b", "milk", path: "counted");
        await Notes.Put(service, "a", "new");

        var page = await Facts(service, "place=0&from=0&limit=10");

        Assert.Equal([(0L, NoteWritten.Topic, "NoteWritten", 1L), (1L, NoteCounted.Topic, "NoteCounted", 1L), (2L, NoteWritten.Topic, "NoteWritten", 2L)],
            page.Items.Select(item => (item.Number, item.Topic, item.Type, item.Version)));
        Assert.Equal(["new", "new"], page.Items.Where(item => item.Topic == NoteWritten.Topic).Select(item => item.Fact.GetProperty("text").GetString()));
        Assert.Equal(4, page.Items[1].Fact.GetProperty("length").GetInt32());
        Assert.Equal(4, page.Places);
    }

    [Fact]
    public async Task Pages_lead_to_the_limit_and_empty_entries_are_left_out()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "milk");
        notes.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().Before();
        await Notes.Put(service, "b", "milk");
        await Notes.Put(service, "c", "milk");

        var told = new List<long>();
        var page = await Facts(service, "place=0&from=0&limit=2");
        for (; page.Next < page.Limit; page = await Facts(service, $"place=0&from={page.Next}&limit=2"))
        {
            told.AddRange(page.Items.Select(item => item.Number));
        }

        Assert.Equal([0L, 2L], told);
    }

    [Fact]
    public async Task An_entry_that_a_bulk_read_does_not_show_is_asked_for_once_more()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "milk");
        var before = notes.Sidecar.Calls.Count;

        await Facts(service, "place=0&from=0&limit=3");

        var asked = notes.Sidecar.Calls.Skip(before).Where(call => call.Name == Call.GetState).SelectMany(call => call.Keys);
        Assert.Equal(["outbox|0", "outbox|0|1", "outbox|0|2"], asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task When_the_store_does_not_answer_nothing_is_left_out_but_503_answered()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "milk");
        notes.Sidecar.Faults.On(Call.GetState).Key("outbox|0|1").Before();

        using var answer = await Ask(service, "place=0&from=0&limit=2");

        Assert.Equal(503, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("place=4")]
    [InlineData("place=-1")]
    [InlineData("from=-1")]
    [InlineData("limit=0")]
    [InlineData("limit=501")]
    public async Task What_makes_no_sense_is_400(string query)
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();

        using var answer = await Ask(service, query);

        Assert.Equal(400, (int)answer.StatusCode);
    }

    private static async Task<FactsPage> Facts(TestService service, string query)
    {
        using var answer = await Ask(service, query);
        return (await answer.Content.ReadFromJsonAsync<FactsPage>(StoredJson.Options, TestContext.Current.CancellationToken))!;
    }

    /// <summary>As a query service asks, through the sidecars.</summary>
    private static async Task<HttpResponseMessage> Ask(TestService service, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/facts?{query}", UriKind.Relative)) { Headers = { { "dapr-caller-app-id", "notes-query" } } };
        return await service.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
