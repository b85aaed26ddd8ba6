using System.Text.Json;
using Library.Defaults.Idempotency;
using Sidecar.Testing;
using Tokens;

namespace Defaults.Tests.Writing;

public sealed class IdempotencyKeyTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task The_record_is_written_in_the_transaction_of_the_effect()
    {
        await using var notes = await Notes.Start();
        await Notes.Put(await notes.Run(), "a", "milk", key: "k");

        var call = Assert.Single(notes.Sidecar.Calls, call => call.Name == Call.ExecuteStateTransaction);
        Assert.Equal(["idempotency", "note", "outbox"], call.Keys.Select(key => key.Split('|')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_key_is_kept_seven_days()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        var written = notes.Sidecar.Clock.GetUtcNow();
        await Notes.Put(service, "a", "milk", key: "k");
        await notes.Quiet();

        notes.Sidecar.Clock.Advance(TimeSpan.FromDays(7) - (notes.Sidecar.Clock.GetUtcNow() - written) - TimeSpan.FromMinutes(1));
        Assert.Equal("""{"id":"a","version":1}""", (await Notes.Put(service, "a", "milk", key: "k")).Body.GetRawText());
        notes.Sidecar.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("""{"id":"a","version":2}""", (await Notes.Put(service, "a", "milk", key: "k")).Body.GetRawText());
    }

    [Fact]
    public async Task A_key_is_of_one_route()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Notes.Put(service, "a", "milk", key: "k");

        Assert.Equal(2, (await Notes.Put(service, "a", "milk", key: "k", path: "letters")).Body.GetProperty("version").GetInt64());
        Assert.Equal(422, (await Notes.Put(service, "b", "milk", key: "k")).Status);
    }

    [Fact]
    public async Task A_key_is_of_one_caller()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        var first = await Notes.Put(service, "a", "milk", key: "k", path: "own", token: TestIssuer.Reader("r1"));

        Assert.Equal(2, (await Notes.Put(service, "a", "milk", key: "k", path: "own", token: TestIssuer.Reader("r2"))).Body.GetProperty("version").GetInt64());
        Assert.Equal(first.Body.GetRawText(), (await Notes.Put(service, "a", "milk", key: "k", path: "own", token: TestIssuer.Reader("r1"))).Body.GetRawText());
    }

    [Fact]
    public async Task A_request_that_failed_leaves_its_key_free()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        notes.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().Before();

        Assert.Equal(503, (await Notes.Put(service, "a", "milk", key: "k")).Status);
        Assert.Equal(200, (await Notes.Put(service, "a", "milk", key: "k")).Status);
    }

    [Fact]
    public async Task A_repetition_after_an_unknown_outcome_finds_what_happened()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        var lost = notes.Sidecar.Faults.On(call => call.Name == Call.ExecuteStateTransaction || (call.Keys.Contains("outbox|0|0") && call.Name != Call.GetBulkState)).After();
        var put = Notes.Put(service, "a", "milk", key: "k");
        await notes.Sidecar.Clock.AdvanceUntil(() => put.IsCompleted);
        Assert.Equal(503, (await put).Status);
        lost.Dispose();

        var again = await Notes.Put(service, "a", "milk", key: "k");

        Assert.Equal((200, 1), (again.Status, again.Body.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Neither_key_nor_secret_is_readable_in_the_store()
    {
        await using var notes = await Notes.Start();
        await Notes.Put(await notes.Run(), "a", "milk", key: "a-key", password: "a-password");

        var key = Assert.Single(notes.Sidecar.Keys(Notes.Store), key => key.StartsWith("idempotency|", StringComparison.Ordinal));
        Assert.DoesNotContain("a-key", key, StringComparison.Ordinal);
        Assert.DoesNotContain("a-password", (await notes.State(key)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_its_key_a_fingerprint_tells_nothing_of_a_guess()
    {
        string Of(string key) => Fingerprint.Of(key, "/readers/r1", "", new { email = "ada@example.org" }, Web);

        Assert.Equal(Of("one"), Of("one"));
        Assert.NotEqual(Of("one"), Of("two"));
    }

    [Fact]
    public void Secrets_do_not_count_and_all_else_does()
    {
        string Of(string path, object body) => Fingerprint.Of("key", path, "", body, Web);
        var one = Of("/login", new { username = "ada", password = "one", inner = new { accessToken = "x", n = 1 } });

        Assert.Equal(one, Of("/login", new { inner = new { n = 1, accessToken = "y" }, password = "two", username = "ada" }));
        Assert.NotEqual(one, Of("/login", new { username = "bob", password = "one", inner = new { accessToken = "x", n = 1 } }));
        Assert.NotEqual(one, Of("/login", new { username = "ada", password = "one", inner = new { accessToken = "x", n = 2 } }));
        Assert.NotEqual(one, Of("/logout", new { username = "ada", password = "one", inner = new { accessToken = "x", n = 1 } }));
    }
}
