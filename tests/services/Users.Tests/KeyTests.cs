using System.Security.Cryptography;
using System.Text;
using Library.Users.Keys;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class KeyTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Fact]
    public async Task The_key_that_signs_and_the_next_one_are_told()
    {
        await using var library = await UserSide.Start();

        var keys = await Kids(library);

        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0], Kid(await library.AdminToken()));
        var told = (await library.Ask(HttpMethod.Get, "/.well-known/jwks.json")).Body.GetProperty("keys")[0];
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], told.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task After_a_turn_the_next_key_signs_and_older_tokens_still_count()
    {
        await using var library = await UserSide.Start(settings: options => options.Setting("Keys:Lead", "00:00:00").Setting("Keys:Fresh", "00:00:00"));
        var before = await Kids(library);
        var old = await library.AdminToken();

        var turned = await library.Ask(HttpMethod.Post, "/keys/turn", token: old);

        Assert.Equal((200, before[1]), (turned.Status, turned.Text("current")));
        var fresh = await library.AdminToken();
        Assert.Equal(before[1], Kid(fresh));
        Assert.Equal([.. before, turned.Text("next")], await Kids(library));
        Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/admin", token: old)).Status);
        Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/admin", token: fresh)).Status);
    }

    [Fact]
    public async Task A_replica_signs_with_the_new_key_soon_after_another_has_turned()
    {
        await using var library = await UserSide.Start(settings: options => options.Setting("Keys:Lead", "00:00:00"));
        await using var other = await library.Sidecar.Run<Library.Users.Accounts.UserStore>(options => options.Setting("Keys:Fresh", "00:00:00"));
        var token = await library.AdminToken();

        var turned = await library.Ask(HttpMethod.Post, "/keys/turn", token: token);

        var login = await library.Ask(HttpMethod.Post, "/login", new { username = "admin", password = UserSide.AdminPassword }, at: other);
        Assert.Equal(turned.Text("current"), Kid(login.Text("accessToken")));
    }

    [Fact]
    public async Task A_key_that_was_just_made_does_not_sign_yet()
    {
        await using var library = await UserSide.Start(settings: options => options.Setting("Keys:Lead", "01:00:00"));

        var answer = await library.Ask(HttpMethod.Post, "/keys/turn", token: await library.AdminToken());

        Assert.Equal((409, "keys-too-young"), (answer.Status, answer.Type));
        Assert.True(answer.RetryAfter > TimeSpan.FromMinutes(50));
    }

    [Fact]
    public async Task Keys_turn_by_themselves_when_somebody_logs_in_and_it_is_time()
    {
        await using var library = await UserSide.Start(settings: options => options.Setting("Keys:Every", "00:00:01").Setting("Keys:Lead", "00:00:00").Setting("Keys:Fresh", "00:00:00"));
        var first = (await Kids(library))[0];

        var seen = new HashSet<string> { first };
        while (seen.Count < 3)
        {
            var token = await library.AdminToken();
            seen.Add(Kid(token));
            Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/admin", token: token)).Status);
        }

        Assert.Contains(first, await Kids(library));
    }

    [Fact]
    public async Task Private_keys_are_sealed_in_the_store()
    {
        await using var library = await UserSide.Start();
        var key = (await library.State("keys|signing")).GetProperty("keys")[0];

        var sealedKey = key.GetProperty("sealed").GetBytesFromBase64();
        var kid = key.GetProperty("kid").GetString()!;

        Assert.Equal(["kid", "made", "sealed", "sealedWith", "signs", "x", "y"], key.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(32, new MasterKey(UserSide.MasterKey).Open(sealedKey, kid).Length);
        Assert.ThrowsAny<CryptographicException>(() => new MasterKey("another master key of 32 letters").Open(sealedKey, kid));
        Assert.ThrowsAny<CryptographicException>(() => new MasterKey(UserSide.MasterKey).Open(sealedKey, kid + "x"));
        sealedKey[^1] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => new MasterKey(UserSide.MasterKey).Open(sealedKey, kid));
        Assert.DoesNotContain(UserSide.MasterKey, Encoding.UTF8.GetString(KeyRing.Schema.Write(KeyRing.Begin(Start, Make))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_told_until_the_last_token_it_has_signed_has_ended()
    {
        var ring = KeyRing.Begin(Start, Make);
        var first = ring.Current.Kid;

        var turned = ring.Rotate(Start.AddDays(1), Make);

        Assert.Contains(first, turned.Told(Start.AddDays(1).AddMinutes(31)).Select(key => key.Kid));
        Assert.DoesNotContain(first, turned.Told(Start.AddDays(1).AddMinutes(33)).Select(key => key.Kid));
        Assert.DoesNotContain(first, turned.Rotate(Start.AddDays(2), Make).Keys.Select(key => key.Kid));
    }

    [Fact]
    public void Keys_turn_no_faster_than_verifiers_can_hold()
    {
        var (ring, now) = (KeyRing.Begin(Start, Make), Start);
        while (ring.UntilItMayTurn(now, TimeSpan.FromSeconds(2)) is var wait && now < Start.AddHours(1))
        {
            now += wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(2);
            ring = ring.UntilItMayTurn(now, TimeSpan.FromSeconds(2)) == TimeSpan.Zero ? ring.Rotate(now, Make) : ring;
            Assert.True(ring.Told(now).Count() <= KeyRing.Most);
        }
    }

    private static KeptKey Make(DateTimeOffset now) => SigningKey.Make(new MasterKey(UserSide.MasterKey), now);

    private static string Kid(string token) => LoginTests.Opened(token).Header.GetProperty("kid").GetString()!;

    private static async Task<List<string>> Kids(UserSide library) =>
        [.. (await library.Ask(HttpMethod.Get, "/.well-known/jwks.json")).Body.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
}
