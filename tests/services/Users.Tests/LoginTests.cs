using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;
using Library.Contracts.Users;
using Library.Users.Passwords;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class LoginTests
{
    [Fact]
    public async Task A_login_answers_a_token_of_half_an_hour_that_says_who_one_is()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");

        var answer = await library.Login("ada");

        Assert.Equal((200, 1800, "u1", "reader-of-u1"), (answer.Status, answer.Body.GetProperty("expiresIn").GetInt32(), answer.Text("userId"), answer.Text("readerId")));
        Assert.Equal(["reader"], answer.Body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        var (header, claims) = Opened(answer.Text("accessToken"));
        Assert.Equal(("ES256", "JWT"), (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString()));
        Assert.Equal(["aud", "exp", "iat", "iss", "jti", "reader", "roles", "sub"], claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.InRange(claims.GetProperty("exp").GetDecimal() - claims.GetProperty("iat").GetDecimal(), 1797, 1800);
    }

    [Fact]
    public async Task Whatever_the_reason_is_the_answer_is_one_and_costs_the_same_reads()
    {
        await using var library = await UserSide.Start(settings: options => options.Setting("Throttle:Free", "1000"));
        await library.Active("u1", "ada");
        await library.Create("u2", null, await library.Credential("pending"));
        await library.Active("u3", "disabled");
        await library.Disable("u3");
        await library.Create("u4", "outside", identity: new ExternalIdentity("https://id.example.org", "1"));

        var answers = new List<string>();
        var reads = new List<int>();
        foreach (var (name, password) in new[] { ("ada", "wrong horse battery staple"), ("nobody", UserSide.Password), ("pending", "x"), ("disabled", "y"), ("outside", "z"), ("<script>", UserSide.Password), ("", ""), ("ada", new string('a', 100_000)) })
        {
            var before = Reads(library);
            var answer = await library.Login(name, password);
            answers.Add($"{answer.Status} {answer.Type} {answer.Text("detail")}");
            reads.Add(Reads(library) - before);
        }

        Assert.StartsWith("401 login-refused", Assert.Single(answers.Distinct()), StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(reads.Distinct()));
        Assert.Equal((401, 401), ((await library.Login("pending")).Status, (await library.Login("disabled")).Status));
    }

    [Fact]
    public async Task Nobody_costs_as_much_time_as_somebody()
    {
        await using var library = await UserSide.Start(settings: options => options.Setting("Throttle:Free", "1000"));
        await library.Active("u1", "ada");
        var (somebody, nobody) = (new List<double>(), new List<double>());
        for (var i = 0; i < 7; i++)
        {
            somebody.Add(await Time("ada"));
            nobody.Add(await Time($"nobody{i}"));
        }

        Assert.InRange(nobody.Order().ElementAt(3) / somebody.Order().ElementAt(3), 0.4, 2.5);

        async Task<double> Time(string name)
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(401, (await library.Login(name, "wrong horse battery staple")).Status);
            return watch.Elapsed.TotalMilliseconds;
        }
    }

    [Theory]
    [InlineData("""{}""", 422)]
    [InlineData("""{"username":"ada"}""", 422)]
    [InlineData("""{"username":"ada","password":"x","idToken":"y"}""", 422)]
    [InlineData("""{"username":"ada","password":"x","remember":true}""", 400)]
    [InlineData("""{"username":"ada","username":"bob","password":"x"}""", 400)]
    [InlineData("""{"username":1,"password":"x"}""", 400)]
    [InlineData("null", 400)]
    public async Task What_is_no_login_is_refused_before_anything_is_hashed(string body, int status)
    {
        await using var library = await UserSide.Start();

        Assert.Equal(status, (await library.Ask(HttpMethod.Post, "/login", JsonElement.Parse(body))).Status);
    }

    [Fact]
    public async Task A_password_is_hashed_anew_at_the_login_after_the_cost_has_grown()
    {
        const int Grown = HashingOptions.Floor + 1000;
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        await library.Service.Stop();
        await using var later = await library.Sidecar.Run<Library.Users.Accounts.UserStore>(options => options.Setting("Hashing:Iterations", $"{Grown}"));
        var before = await library.State("user|u1");

        Assert.Equal(401, (await library.Ask(HttpMethod.Post, "/login", new { username = "ada", password = "wrong horse battery staple" }, at: later)).Status);
        Assert.Equal(HashingOptions.Floor, (await library.State("user|u1")).GetProperty("password").GetProperty("iterations").GetInt32());
        var logins = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => library.Ask(HttpMethod.Post, "/login", new { username = "ada", password = UserSide.Password }, at: later)));
        Assert.Equal(200, Assert.Single(logins.Select(login => login.Status).Distinct()));

        var after = await library.State("user|u1");
        Assert.Equal(Grown, after.GetProperty("password").GetProperty("iterations").GetInt32());
        Assert.Equal(before.GetProperty("version").GetInt64(), after.GetProperty("version").GetInt64());
        Assert.Equal(200, (await library.Ask(HttpMethod.Post, "/login", new { username = "ada", password = UserSide.Password }, at: later)).Status);
    }

    [Fact]
    public async Task A_guesser_is_slowed_down_and_nobody_else_is()
    {
        await using var library = await UserSide.Start(settings: options => options.Setting("Throttle:Free", "2").Setting("Throttle:FirstWait", "00:10:00").Setting("Throttle:LongestWait", "00:10:00"));
        await library.Active("u1", "ada");
        await library.Active("u2", "bob");

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(401, (await library.Login("ada", "wrong horse battery staple", "203.0.113.9")).Status);
        }

        var slowed = await library.Login("Ada", UserSide.Password, "203.0.113.9");
        Assert.Equal((429, "too-many-attempts"), (slowed.Status, slowed.Type));
        Assert.True(slowed.RetryAfter > TimeSpan.Zero);
        Assert.Equal(200, (await library.Login("ada", from: "192.0.2.1")).Status);
        Assert.Equal(200, (await library.Login("bob", from: "203.0.113.9")).Status);
    }

    [Fact]
    public async Task No_password_and_no_token_is_found_in_logs_messages_or_state()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada", "planted-Secret-4711-xyz");
        var token = await library.Token("ada", "planted-Secret-4711-xyz");
        await library.Login("ada", "mistyped-Secret-4711-xyz");
        await library.Ask(HttpMethod.Post, "/password", new { currentPassword = "planted-Secret-4711-xyz", newPassword = "another-Secret-4711-xyz" }, token, key: "k1");
        await library.HandOver("!", "refused-Secret-4711-xyz");

        Assert.DoesNotContain(library.Sidecar.Log.Lines, line => line.Text.Contains("Secret-4711", StringComparison.OrdinalIgnoreCase) || line.Text.Contains(token, StringComparison.Ordinal));
        foreach (var secret in new[] { "Secret-4711"u8.ToArray(), System.Text.Encoding.UTF8.GetBytes(token) })
        {
            Assert.DoesNotContain(library.Sidecar.Calls, call => call.Body.Span.IndexOf(secret) >= 0);
        }
    }

    private static int Reads(UserSide library) => library.Sidecar.Calls.Count(call => call.Name == Call.GetState && call.Keys[0].Split('|')[0] is ("user" or "claim"));

    internal static (JsonElement Header, JsonElement Claims) Opened(string token)
    {
        var parts = token.Split('.');
        return (JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])), JsonElement.Parse(Base64Url.DecodeFromChars(parts[1])));
    }
}
