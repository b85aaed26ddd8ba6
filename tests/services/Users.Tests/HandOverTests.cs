using Library.Users.Passwords;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class HandOverTests
{
    [Fact]
    public async Task All_that_is_wrong_with_name_and_password_is_said_at_once()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");

        var answer = await library.HandOver("ADA", "ada", "ada@example.org");

        Assert.Equal(422, answer.Status);
        Assert.Equal(["password-too-short", "password-common", "password-personal", "username-taken"], answer.Reasons());
        Assert.Equal(["username-mixed"], (await library.HandOver("аdа-latin")).Reasons());
        Assert.Equal(["username-invalid"], (await library.HandOver(null)).Reasons());
    }

    [Fact]
    public async Task Only_the_coordinator_hands_passwords_over()
    {
        await using var library = await UserSide.Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/credentials", UriKind.Relative));
        request.Headers.Add("dapr-caller-app-id", "gateway");

        using var answer = await library.Service.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(403, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_password_that_nobody_took_up_within_an_hour_counts_no_more()
    {
        await using var library = await UserSide.Start();
        var hash = PasswordHash.Of(UserSide.Password, HashingOptions.Floor);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (id, at) in new[] { ("c1", now.AddMinutes(-61)), ("c2", now.AddMinutes(-59)) })
        {
            await library.Sidecar.SetState(UserSide.Store, $"credential|{id}", System.Text.Json.JsonElement.Parse(Credential.Schema.Write(new Credential(id, at, "ada", hash, null))));
        }

        Assert.Equal("credential-unknown", Assert.Single((await library.Create("u1", null, "c1")).Reasons!).Code);
        Assert.True((await library.Create("u2", null, "c2")).Done);
    }

    [Fact]
    public async Task The_store_forgets_what_nobody_takes_up_and_what_was_taken_up_is_gone()
    {
        await using var library = await UserSide.Start();
        var credential = await library.Credential("ada");

        Assert.Contains(library.Sidecar.Calls, call => call.Name == Call.SaveState && call.Keys.Contains($"credential|{credential}") && call.Body.Span.IndexOf("ttlInSeconds"u8) >= 0);
        await library.Create("u1", null, credential);

        Assert.Equal(System.Text.Json.JsonValueKind.Undefined, (await library.State($"credential|{credential}")).ValueKind);
    }

    [Fact]
    public async Task Messages_parked_about_an_erased_user_are_forgotten()
    {
        await using var library = await UserSide.Start();
        library.Sidecar.Log.ExpectAnything();
        await library.Active("u1", "ada");
        await library.Sidecar.Deliver("pubsub", Library.Contracts.Users.CreateUser.Topic, new { userId = "u1", username = "ada", sagaId = 7 });
        Assert.Equal(1, await Parked(library));

        await library.Disable("u1");
        await library.Erase("u1");

        Assert.Equal(0, await Parked(library));
    }

    private static async Task<int> Parked(UserSide library) =>
        (await library.Ask(HttpMethod.Get, "/parked", token: await library.AdminToken())).Body.GetProperty("items").GetArrayLength();
}
