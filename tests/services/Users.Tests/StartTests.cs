using Library.Users.Accounts;
using Library.Users.Keys;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class StartTests
{
    private static readonly Dictionary<string, string> Both = new() { ["admin-password"] = UserSide.AdminPassword, ["master-key"] = UserSide.MasterKey };

    [Theory]
    [InlineData("master-key", null, "LIBRARY_MASTER_KEY")]
    [InlineData("master-key", "too short", "LIBRARY_MASTER_KEY")]
    [InlineData("admin-password", null, "LIBRARY_ADMIN_PASSWORD")]
    [InlineData("admin-password", "admin", "Give a password of at least 12 characters")]
    public async Task Without_its_secrets_the_service_does_not_start_and_says_what_to_set(string secret, string? value, string advice)
    {
        var secrets = new Dictionary<string, string>(Both);
        secrets.Remove(secret);
        if (value is not null)
        {
            secrets[secret] = value;
        }

        await using var sidecar = await UserSide.Beside(secrets: secrets);
        sidecar.Log.ExpectAnything();

        var problem = await Assert.ThrowsAnyAsync<Exception>(() => sidecar.Run<UserStore>());

        Assert.Contains(advice, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_replicas_that_start_at_once_make_one_admin_and_one_set_of_keys()
    {
        await using var sidecar = await UserSide.Beside();

        var replicas = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => sidecar.Run<UserStore>()));

        var library = new UserSide(sidecar, replicas[0]);
        foreach (var replica in replicas)
        {
            var login = await library.Ask(HttpMethod.Post, "/login", new { username = "admin", password = UserSide.AdminPassword }, at: replica);
            Assert.Equal((200, "admin"), (login.Status, login.Text("userId")));
            foreach (var other in replicas)
            {
                Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/admin", token: login.Text("accessToken"), at: other)).Status);
            }
        }

        Assert.Equal(1, (await library.State("user|admin")).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task An_admin_who_was_erased_is_not_made_again()
    {
        await using var library = await UserSide.Start();
        var admin = await library.AdminToken();
        await library.Ask(HttpMethod.Post, "/users", new { username = "second", password = UserSide.Password, roles = new[] { "admin" } }, admin);
        Assert.True((await library.Erase("admin")).Done);
        await library.Service.Stop();

        await using var again = await library.Sidecar.Run<UserStore>();

        Assert.Equal("erased", (await library.State("user|admin")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task With_another_master_key_the_service_does_not_start_and_says_why()
    {
        var ring = KeyRing.Begin(TimeProvider.System.GetUtcNow(), now => SigningKey.Make(new MasterKey("another master key of 32 letters"), now));
        await using var sidecar = await UserSide.Beside();
        await sidecar.SetState(UserSide.Store, "keys|signing", System.Text.Json.JsonElement.Parse(KeyRing.Schema.Write(ring)));
        sidecar.Log.ExpectAnything();

        var problem = await Assert.ThrowsAnyAsync<Exception>(() => sidecar.Run<UserStore>());

        Assert.Contains("sealed with another master-key", problem.ToString(), StringComparison.Ordinal);
    }
}
