using System.Text.Json;

namespace Readers.Tests.Slice;

/// <summary>What readers do, from the command message to the view; the same on every set of components.</summary>
public abstract class ReaderSliceTests
{
    private readonly ReaderSlice readers;

    protected ReaderSliceTests(ReaderSlice readers)
    {
        Assert.SkipUnless(readers.Missing is null, readers.Missing ?? "");
        this.readers = readers;
    }

    [Fact]
    public async Task A_created_and_confirmed_reader_is_shown_by_id_and_by_address()
    {
        var (id, email) = New();
        await readers.Create(id, email.ToUpperInvariant());
        await Shown(id, 1);
        await readers.Confirm(id);

        var reader = await Shown(id, 2);

        Assert.Equal(("active", "Ada", email), (Text(reader, "state"), Text(reader, "name"), Text(reader, "email")));
        await readers.Until(async () => (await WithEmail(email)).SequenceEqual([id]));
    }

    [Fact]
    public async Task A_changed_profile_is_shown_to_who_names_the_version()
    {
        var (id, email) = New();
        await Active(id, email);

        var (status, body) = await readers.Patch(id, new { name = "Eve", email = $"new-{email}" });
        var reader = await Shown(id, body.GetProperty("version").GetInt64());

        Assert.Equal((200, "Eve"), (status, Text(reader, "name")));
        Assert.Empty(await WithEmail(email));
        Assert.Equal([id], await WithEmail($"new-{email}"));
    }

    [Fact]
    public async Task A_cancelled_reader_is_gone_and_the_address_free()
    {
        var ((id, email), (next, _)) = (New(), New());
        await readers.Create(id, email);
        await Shown(id, 1);
        await readers.Cancel(id);
        await readers.Until(async () => (await readers.Get($"/readers/{id}?minVersion=2")).Status == 404);

        await Active(next, email);

        await readers.Until(async () => (await WithEmail(email)).SequenceEqual([next]));
    }

    [Fact]
    public async Task An_erased_reader_is_gone_and_the_address_free()
    {
        var ((id, email), (next, _)) = (New(), New());
        await Active(id, email);
        await readers.Until(async () => (await WithEmail(email)).SequenceEqual([id]));
        await readers.Erase(id);
        await readers.Until(async () => (await readers.Get($"/readers/{id}?minVersion=3")).Status == 404);

        await Active(next, email);

        await readers.Until(async () => (await WithEmail(email)).SequenceEqual([next]));
    }

    [Fact]
    public async Task A_cancel_that_comes_first_bars_the_late_creation()
    {
        var ((id, email), (next, _)) = (New(), New());
        await readers.Cancel(id);
        await readers.Until(() => readers.HasNotedCreation(id));
        await readers.Create(id, email);

        await Active(next, email);

        Assert.Equal(404, (await readers.Get($"/readers/{id}")).Status);
    }

    [Fact]
    public async Task An_address_belongs_to_one_reader()
    {
        var ((first, taken), (second, email)) = (New(), New());
        await Active(first, taken);
        await Active(second, email);

        var (status, body) = await readers.Patch(second, new { email = taken });

        Assert.Equal((409, "email-taken"), (status, Text(body, "type")));
    }

    [Fact]
    public async Task A_duplicate_changes_nothing()
    {
        var (id, email) = New();
        await Active(id, email);
        await readers.Create(id, email);
        await readers.Confirm(id);

        var (_, first) = await readers.Patch(id, new { name = "Eve" }, key: id);
        var (_, again) = await readers.Patch(id, new { name = "Eve" }, key: id);

        Assert.Equal((3, 3), (first.GetProperty("version").GetInt32(), again.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Many_at_once_all_arrive_and_a_rebuilt_view_shows_the_same()
    {
        var many = Enumerable.Range(0, 40).Select(_ => New()).ToList();
        await Task.WhenAll(many.Select(one => Active(one.Id, one.Email)));
        var before = await Task.WhenAll(many.Select(one => Shown(one.Id, 2)));
        var generation = await Generation();

        Assert.Equal(202, (await readers.Post("/projections/readers/rebuild")).Status);
        await readers.Until(async () => await Generation() > generation);

        var after = await Task.WhenAll(many.Select(one => Shown(one.Id, 2)));
        Assert.Equal(before.Select(reader => reader.GetRawText()), after.Select(reader => reader.GetRawText()));
    }

    [Fact]
    public async Task Nothing_is_parked()
    {
        Assert.Equal(0, (await readers.Get("/parked")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await readers.Get("/parked", ofCommand: true)).Body.GetProperty("items").GetArrayLength());
    }

    private async Task<int> Generation() => (await readers.Get("/projections")).Body.GetProperty("items")[0].GetProperty("generation").GetInt32();

    private async Task Active(string id, string email)
    {
        await readers.Create(id, email);
        await Shown(id, 1);
        await readers.Confirm(id);
        await Shown(id, 2);
    }

    private async Task<JsonElement> Shown(string id, long version)
    {
        JsonElement reader = default;
        await readers.Until(async () =>
        {
            (var status, reader) = await readers.Get($"/readers/{id}?minVersion={version}");
            return status == 200;
        });
        return reader;
    }

    private async Task<string[]> WithEmail(string email) =>
        [.. (await readers.Get($"/readers?email={Uri.EscapeDataString(email)}")).Body.GetProperty("items").EnumerateArray().Select(one => Text(one, "id")!)];

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static (string Id, string Email) New()
    {
        var id = Guid.CreateVersion7().ToString();
        return (id, $"{id}@example.org");
    }
}
