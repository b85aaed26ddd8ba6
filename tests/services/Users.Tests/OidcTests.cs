using System.Text.Json.Nodes;
using Library.Contracts.Users;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class OidcTests
{
    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Somebody_of_another_house_registers_and_logs_in_with_its_token(string algorithm)
    {
        await using var issuer = await Issuer.Start();
        await using var library = await Beside(issuer);

        var handed = await library.Ask(HttpMethod.Post, "/credentials", new { idToken = issuer.Token(algorithm: algorithm) });
        Assert.Equal((201, issuer.Name, "42"), (handed.Status, handed.Body.GetProperty("externalIdentity").GetProperty("issuer").GetString(), handed.Body.GetProperty("externalIdentity").GetProperty("subject").GetString()));
        Assert.True((await library.Create("u1", null, handed.Text("credentialId"))).Done);
        Assert.Equal(401, (await Login(library, issuer.Token(algorithm: algorithm))).Status);
        await library.Activate("u1");

        var login = await Login(library, issuer.Token(algorithm: algorithm));

        Assert.Equal((200, "u1"), (login.Status, login.Text("userId")));
        Assert.Equal(401, (await Login(library, issuer.Token("43", algorithm))).Status);
        Assert.Equal(1, issuer.Asked);
        Assert.Equal((409, "password-none"), ((await library.Ask(HttpMethod.Post, "/password", new { currentPassword = "x", newPassword = "quite another set of words" }, login.Text("accessToken"))) is var none ? (none.Status, none.Type) : default));
    }

    [Fact]
    public async Task A_token_that_proves_nothing_here_is_refused()
    {
        await using var issuer = await Issuer.Start();
        await using var other = await Issuer.Start();
        await using var library = await Beside(issuer);
        await Registered(library, issuer);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var good = issuer.Token();

        foreach (var (why, token) in new (string, string)[]
        {
            ("of an unknown issuer", other.Token()),
            ("signed by somebody else", other.Token(claims: claims => claims["iss"] = issuer.Name)),
            ("for somebody else", issuer.Token(client: "another")),
            ("for several, asked for by another", issuer.Token(claims: claims => { claims["aud"] = new JsonArray("another", Issuer.Client); claims["azp"] = "another"; })),
            ("ended", issuer.Token(claims: claims => claims["exp"] = now - 120)),
            ("without an end", issuer.Token(claims: claims => claims.Remove("exp"))),
            ("not yet", issuer.Token(claims: claims => claims["nbf"] = now + 120)),
            ("without a subject", issuer.Token(claims: claims => claims.Remove("sub"))),
            ("of no algorithm", issuer.Token(algorithm: "none")),
            ("signed with the public key", issuer.Token(algorithm: "HS256")),
            ("of the other key's algorithm", issuer.Token(algorithm: "ES256", kid: "r1")),
            ("changed", good[..^8] + "AAAAAAAA"),
            ("cut off", good[..good.LastIndexOf('.')]),
            ("no token", "x.y.z"),
            ("nothing", ""),
            ("huge", new string('a', 50_000)),
        })
        {
            var answer = await Login(library, token);
            Assert.Equal((why, 401, "login-refused"), (why, answer.Status, answer.Type));
        }

        Assert.Equal(200, (await Login(library, good)).Status);
        Assert.Equal(200, (await Login(library, issuer.Token(claims: claims => { claims["aud"] = new JsonArray("another", Issuer.Client); claims["azp"] = Issuer.Client; }))).Status);
    }

    [Fact]
    public async Task Keys_are_asked_for_once_in_a_minute_however_many_unknown_ids_come()
    {
        await using var issuer = await Issuer.Start();
        await using var library = await Beside(issuer);
        await Registered(library, issuer);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(401, (await Login(library, issuer.Token(kid: $"r{i + 100}"))).Status);
        }

        Assert.Equal(1, issuer.Asked);
        Assert.Equal(200, (await Login(library, issuer.Token())).Status);
    }

    [Fact]
    public async Task A_house_that_is_away_is_said_to_be_and_asked_again()
    {
        await using var issuer = await Issuer.Start();
        issuer.IsAway = true;
        await using var library = await Beside(issuer);

        var away = await Login(library, issuer.Token());

        Assert.Equal((503, "identity-provider-away"), (away.Status, away.Type));
        Assert.NotNull(away.RetryAfter);
    }

    [Fact]
    public async Task An_identity_that_can_be_proved_is_not_taken_as_told()
    {
        await using var issuer = await Issuer.Start();
        await using var library = await Beside(issuer);

        Assert.Equal("identity-unproved", Assert.Single((await library.Create("u1", identity: new ExternalIdentity(issuer.Name, "42"))).Reasons!).Code);
        Assert.True((await library.Create("u2", identity: new ExternalIdentity("https://unknown.example.org", "42"))).Done);
        var invalid = await library.Ask(HttpMethod.Post, "/credentials", new { idToken = issuer.Token(client: "another"), username = "a b" });
        Assert.Equal(["username-invalid", "id-token-invalid"], invalid.Reasons());
    }

    [Fact]
    public async Task Nobody_else_vouches_unless_the_configuration_says_so()
    {
        await using var issuer = await Issuer.Start();
        await using var library = await UserSide.Start();

        Assert.Equal(401, (await Login(library, issuer.Token())).Status);
        Assert.Equal(["identity-provider-unknown"], (await library.Ask(HttpMethod.Post, "/credentials", new { idToken = issuer.Token() })).Reasons());
        var known = Assert.Single((await library.Ask(HttpMethod.Get, "/identity-providers")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal(["create", "disable", "verify"], known.GetProperty("can").EnumerateArray().Select(can => can.GetString()));
    }

    [Fact]
    public async Task A_house_without_an_address_or_a_client_keeps_the_service_from_starting()
    {
        await using var sidecar = await UserSide.Beside();
        sidecar.Log.ExpectAnything();

        var problem = await Assert.ThrowsAnyAsync<Exception>(() => sidecar.Run<Library.Users.Accounts.UserStore>(options => options.Setting("Identity:Providers:0:Issuer", "no address")));

        Assert.Contains("Identity:Providers", problem.ToString(), StringComparison.Ordinal);
    }

    private static Task<UserSide> Beside(Issuer issuer) =>
        UserSide.Start(settings: options => options.Setting("Identity:Providers:0:Issuer", issuer.Name).Setting("Identity:Providers:0:ClientId", Issuer.Client));

    private static Task<Answered> Login(UserSide library, string idToken) => library.Ask(HttpMethod.Post, "/login", new { idToken });

    private static async Task Registered(UserSide library, Issuer issuer)
    {
        var handed = await library.Ask(HttpMethod.Post, "/credentials", new { idToken = issuer.Token() });
        Assert.True(handed.Status == 201, $"{handed}");
        await library.Create("u1", null, handed.Text("credentialId"));
        await library.Activate("u1");
    }
}
