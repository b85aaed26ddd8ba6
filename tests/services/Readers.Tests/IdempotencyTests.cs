namespace Readers.Tests;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task The_same_request_again_is_answered_the_same_and_done_once()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org");

        var first = await library.Patch("r1", new { name = "Eve" }, "k1");
        var again = await library.Patch("r1", new { name = "Eve" }, "k1");

        Assert.Equal((200, first.Body.GetRawText()), (again.Status, again.Body.GetRawText()));
        Assert.Equal(3, (await library.State("reader|r1")).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_422()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org");
        await library.Patch("r1", new { name = "Eve" }, "k1");

        var (status, body) = await library.Patch("r1", new { name = "Bob" }, "k1");

        Assert.Equal((422, "idempotency-key-reused"), (status, body.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Many_at_the_same_time_under_one_key_are_one()
    {
        await using var library = await CommandSide.Start();
        await library.Active("r1", "ada@example.org");

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => library.Patch("r1", new { name = "Eve" }, "k1")));

        Assert.All(answers, answer => Assert.Equal((200, 3), (answer.Status, answer.Body.GetProperty("version").GetInt64())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task A_malformed_key_is_400(string key)
    {
        await using var library = await CommandSide.Start();

        Assert.Equal(400, (await library.Patch("r1", new { name = "Eve" }, key)).Status);
    }
}
