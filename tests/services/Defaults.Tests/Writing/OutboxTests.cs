using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Outbox;
using Library.Defaults.Stores;
using Sidecar.Testing;

namespace Defaults.Tests.Writing;

/// <summary>What the outbox does when all is well, when the broker is away, and when an outcome is unknown. The crash points have tests of their own.</summary>
public sealed class OutboxTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_document_and_its_entry_are_written_in_one_transaction()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();

        await Notes.Put(service, "a", "milk");

        var call = Assert.Single(notes.Sidecar.Calls, call => call.Name == Call.ExecuteStateTransaction);
        Assert.Equal(["note|a", "outbox|0|0"], call.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_command_answers_after_the_commit_and_does_not_wait_for_the_broker()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        var hold = notes.Sidecar.Faults.On(Call.PublishEvent).Topic(NoteWritten.Topic).Hold();

        Assert.Equal(200, (await Notes.Put(service, "a", "milk")).Status);

        await hold.Arrived();
        Assert.Empty(notes.Sidecar.Published(NoteWritten.Topic));
        hold.Release();
        await notes.Sidecar.Published(NoteWritten.Topic).First();
    }

    [Fact]
    public async Task A_fact_carries_its_identity_its_type_and_its_position()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "milk");

        var message = await notes.Sidecar.Published(NoteWritten.Topic).First();

        Assert.Equal(("a/1", "NoteWritten"), (message.Id, message.Type));
        var published = message.Read<Published<NoteWritten>>(StoredJson.Options);
        Assert.Equal((0, 0L, "milk"), (published.Position.Place, published.Position.Number, published.Fact.Text));
        Assert.Equal(notes.Sidecar.Clock.GetUtcNow(), published.Position.At);
    }

    [Fact]
    public async Task An_entry_keeps_a_message_only_when_it_names_no_person()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "a name");
        await Notes.Put(service, "b", "milk", path: "counted");

        var personal = await notes.State("outbox|0|0");
        var counted = await notes.State("outbox|0|1");

        Assert.DoesNotContain("a name", personal.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(4, counted.GetProperty("message").GetProperty("length").GetInt32());
        Assert.Equal(
            ["at", "identity", "key", "schema", "topic", "traceparent", "type", "version"],
            personal.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_broker_outage_only_lets_published_fall_behind()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        var outage = notes.Sidecar.Faults.On(Call.PublishEvent).Before();
        for (var n = 0; n < 100; n++)
        {
            Assert.Equal(200, (await Notes.Put(service, $"n{n}", "milk")).Status);
        }

        outage.Dispose();
        await notes.Sidecar.Clock.AdvanceUntil(() => notes.Sidecar.Published(NoteWritten.Topic).Select(message => message.Id).Distinct().Count() == 100);
    }

    [Fact]
    public async Task A_transaction_that_happened_although_it_failed_is_acknowledged_and_published_once()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        notes.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().After();

        Assert.Equal(200, (await Notes.Put(service, "a", "milk")).Status);

        await notes.Sidecar.Published(NoteWritten.Topic).First();
        Assert.Equal(1, (await notes.State("note|a")).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_transaction_that_did_not_happen_answers_503_and_its_entry_is_empty()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        notes.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().Before();

        Assert.Equal(503, (await Notes.Put(service, "a", "milk")).Status);

        Assert.Equal("""{"schema":1}""", (await notes.State("outbox|0|0")).GetRawText());
        Assert.Equal(200, (await Notes.Put(service, "a", "milk")).Status);
        Assert.Equal("a/1", (await notes.Sidecar.Published(NoteWritten.Topic).First()).Id);
    }

    [Fact]
    public async Task A_transaction_that_lands_after_its_entry_was_created_empty_changes_nothing()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        var landing = notes.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().LandLater();
        Assert.Equal(503, (await Notes.Put(service, "a", "milk")).Status);

        await landing.Land();

        Assert.Null(await notes.Text("a"));
    }

    [Fact]
    public async Task While_nobody_knows_the_caller_gets_503_and_published_waits()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "first", "milk");
        var lost = notes.Sidecar.Faults.On(call => call.Name == Call.ExecuteStateTransaction || call.Keys.Contains("outbox|0|1")).After();

        var put = Notes.Put(service, "a", "milk");
        await notes.Sidecar.Clock.AdvanceUntil(() => put.IsCompleted);
        Assert.Equal((503, "outcome-unknown"), ((await put).Status, (await put).Body.GetProperty("type").GetString()));
        await notes.Sidecar.Clock.AdvanceUntil(() => notes.Sidecar.Published("notes.place-published").Count > 3);
        Assert.All(notes.Sidecar.Published("notes.place-published"), message => Assert.True(message.Read<PlacePublished>().Published <= 1));

        lost.Dispose();
        await notes.Sidecar.Clock.AdvanceUntil(() => notes.Sidecar.Published(NoteWritten.Topic).Any(message => message.Id == "a/1"));
        await notes.Sidecar.Clock.AdvanceUntil(() => notes.Sidecar.Published("notes.place-published").Any(message => message.Read<PlacePublished>().Published == 2));
    }

    [Fact]
    public async Task What_is_published_late_is_the_state_of_now()
    {
        await using var notes = await Notes.Start();
        var dead = await notes.Run();
        notes.Sidecar.Faults.On(Call.PublishEvent).By(dead).Before();
        await Notes.Put(dead, "a", "old");
        await Notes.Put(dead, "a", "new");
        dead.Kill();

        await notes.Run();
        await notes.Sidecar.Clock.AdvanceUntil(() => notes.Sidecar.Published(NoteWritten.Topic).Count >= 2);

        var messages = notes.Sidecar.Published(NoteWritten.Topic);
        Assert.Equal(["a/1", "a/2"], messages.Select(message => message.Id).Order(StringComparer.Ordinal));
        Assert.All(messages, message => Assert.Equal(new NoteWritten("a", 2, "new"), message.Read<Published<NoteWritten>>(StoredJson.Options).Fact));
    }

    [Fact]
    public async Task A_busy_place_is_left_alone_until_its_beat_stood_still_for_the_lease()
    {
        await using var notes = await Notes.Start();
        var first = await notes.Run();
        await Notes.Put(first, "a", "milk");
        var second = await notes.Run();
        for (var n = 0; n < 30; n++)
        {
            notes.Sidecar.Clock.Advance(Second);
            await Notes.Put(first, $"n{n}", "milk");
        }

        Assert.Equal(1, (await notes.State("outbox|0")).GetProperty("term").GetInt64());
        Assert.Equal(200, (await Notes.Put(second, "b", "milk")).Status);
        Assert.Equal(1, (await notes.State("outbox|1")).GetProperty("term").GetInt64());
    }

    [Fact]
    public async Task Without_a_free_place_a_command_is_refused_with_503_and_a_time_to_come_again()
    {
        await using var notes = await Notes.Start();
        for (var n = 0; n < 2; n++)
        {
            await Notes.Put(await notes.Run(options => options.Setting("Outbox:Places", "2")), $"n{n}", "milk");
        }

        var third = await notes.Run(options => options.Setting("Outbox:Places", "2"));
        using var answer = await third.Http.PutAsync(
            new Uri("/notes/x", UriKind.Relative), System.Net.Http.Json.JsonContent.Create(new NoteBody("milk")), TestContext.Current.CancellationToken);

        Assert.Equal((503, "2"), ((int)answer.StatusCode, $"{answer.Headers.RetryAfter}"));
    }

    [Fact]
    public async Task Thousands_in_flight_use_each_number_once()
    {
        await using var notes = await Notes.Start(options => options.Time(TimeProvider.System).InMemoryState(Notes.Store));
        var service = await notes.Run(options => options.Setting("Stores:AllowInMemory", "true"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 2000).Select(n => Notes.Put(service, $"n{n}", "milk")));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var messages = await notes.Sidecar.Published(NoteWritten.Topic).First(2000);
        Assert.Equal(2000, messages.Select(message => message.Read<Published<NoteWritten>>(StoredJson.Options).Position.Number).Distinct().Count());
    }
}
