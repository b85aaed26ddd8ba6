using System.Text.Json;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Defaults.Stores;

namespace Readers.Tests;

public sealed class ChangeProfileTests
{
    [Fact]
    public async Task Only_what_is_given_changes_and_null_removes()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org", "12345");

        var (status, body) = await library.Patch("r1", new { email = "new@example.org", phone = (string?)null });

        Assert.Equal((200, "r1", 3), (status, body.GetProperty("id").GetString(), body.GetProperty("version").GetInt64()));
        var fact = (await library.Sidecar.Published(ReaderProfileChanged.Topic).First()).Read<Published<ReaderProfileChanged>>(StoredJson.Options).Fact;
        Assert.Equal(new ReaderProfileChanged("r1", 3, ReaderState.Active, "Ada", "new@example.org", null, null), fact);
    }

    [Fact]
    public async Task The_old_address_is_free_and_the_new_one_taken()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "old@example.org");
        await library.Patch("r1", new { email = "new@example.org" });

        Assert.True((await library.Create("r2", "old@example.org")).Done);
        Assert.False((await library.Create("r3", "new@example.org")).Done);
    }

    [Fact]
    public async Task Changing_back_and_forth_works()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "a@example.org");

        Assert.Equal(200, (await library.Patch("r1", new { email = "b@example.org" })).Status);
        Assert.Equal(200, (await library.Patch("r1", new { email = "a@example.org" })).Status);
        Assert.Equal(200, (await library.Patch("r1", new { email = "b@example.org" })).Status);
    }

    [Fact]
    public async Task Another_readers_address_is_refused_with_409()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org");
        await library.Active("r2", "bob@example.org");

        var (status, body) = await library.Patch("r2", new { email = "Ada@example.org" });

        Assert.Equal((409, "email-taken"), (status, body.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org");

        var (status, body) = await library.Patch("r1", new { name = (string?)null, email = "x", birthDate = "1800-01-01" });

        Assert.Equal(422, status);
        Assert.Equal(["name-invalid", "email-invalid", "birth-date-invalid"], body.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_pending_reader_is_refused_with_409_and_the_reason()
    {
        await using var library = await CommandSide.Start();
        await library.Create("r1", "ada@example.org");

        var (status, body) = await library.Patch("r1", new { name = "Eve" });

        Assert.Equal((409, "reader-pending"), (status, body.GetProperty("type").GetString()));
        Assert.Contains("saga-r1", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("no%7C%7Cid")]
    public async Task An_unknown_reader_is_404(string id)
    {
        await using var library = await CommandSide.Start();

        Assert.Equal(404, (await library.Patch(id, new { name = "Eve" })).Status);
    }

    [Fact]
    public async Task Changes_at_the_same_time_all_happen_or_are_refused_and_none_is_lost()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => library.Patch("r1", new { name = $"Ada {n}" })));

        var done = answers.Count(answer => answer.Status == 200);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 409, $"{answer.Status}"));
        Assert.True(done > 0);
        Assert.Equal(2 + done, (await library.State("reader|r1")).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task Two_that_want_the_same_address_at_once_do_not_both_get_it()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "a@example.org");
        await library.Active("r2", "b@example.org");

        var answers = await Task.WhenAll(library.Patch("r1", new { email = "c@example.org" }), library.Patch("r2", new { email = "c@example.org" }));

        Assert.Equal([200, 409], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task The_description_shows_what_may_be_changed()
    {
        await using var library = await CommandSide.Start();

        var text = await library.Service.Http.GetStringAsync(new Uri("/openapi.json", UriKind.Relative), TestContext.Current.CancellationToken);

        var body = JsonElement.Parse(text).GetProperty("components").GetProperty("schemas").GetProperty("ChangeProfile").GetProperty("properties");
        Assert.Equal(["birthDate", "email", "name", "phone"], body.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Contains("\"Idempotency-Key\"", text, StringComparison.Ordinal);
    }
}
