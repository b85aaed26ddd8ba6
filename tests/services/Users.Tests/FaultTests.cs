using Library.Users.Accounts;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class FaultTests
{
    [Fact]
    public async Task A_user_whose_creation_had_an_unknown_outcome_is_made_once_and_answered_alike()
    {
        await using var library = await UserSide.Start();
        library.Sidecar.Log.ExpectAnything();
        var credential = await library.Credential("ada");
        library.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().After();
        library.Sidecar.Faults.On(Call.PublishEvent).Times(3).Before();

        var first = await library.Create("u1", null, credential);
        var again = await library.Create("u1", null, credential);

        Assert.Equal((true, 1L), (first.Done, first.Version));
        Assert.Equal(first, again);
    }

    [Fact]
    public async Task Staff_made_with_an_unknown_outcome_is_made_once_under_one_key()
    {
        await using var library = await UserSide.Start();
        library.Sidecar.Log.ExpectAnything();
        var admin = await library.AdminToken();
        library.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().After();

        var body = new { username = "grace", password = UserSide.Password, roles = new[] { "librarian" } };
        var first = await library.Ask(HttpMethod.Post, "/users", body, admin, "k1");
        var again = await library.Ask(HttpMethod.Post, "/users", body, admin, "k1");

        Assert.Equal((201, first.Text("id")), (again.Status, again.Text("id")));
    }

    [Theory]
    [InlineData(Call.SaveState, true)]
    [InlineData(Call.SaveState, false)]
    [InlineData(Call.ExecuteStateTransaction, true)]
    [InlineData(Call.ExecuteStateTransaction, false)]
    [InlineData(Call.GetState, false)]
    public async Task Whatever_fails_once_while_it_starts_the_service_has_one_admin_and_one_set_of_keys(string call, bool hasHappened)
    {
        await using var sidecar = await UserSide.Beside();
        sidecar.Log.ExpectAnything();
        var fault = sidecar.Faults.On(call).Once();
        if (hasHappened)
        {
            fault.After();
        }
        else
        {
            fault.Before();
        }

        var library = new UserSide(sidecar, await sidecar.Run<UserStore>());

        Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/admin", token: await library.AdminToken())).Status);
        Assert.Equal(2, (await library.State("keys|signing")).GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task A_login_that_the_store_kept_from_its_answer_says_so_and_counts_against_nobody()
    {
        await using var library = await UserSide.Start(settings: options => options.Setting("Throttle:Free", "1"));
        library.Sidecar.Log.ExpectAnything();
        await library.Active("u1", "ada");

        for (var i = 0; i < 3; i++)
        {
            library.Sidecar.Faults.On(Call.GetState).Once().Before();
            var answer = await library.Login("ada");
            Assert.Equal((503, "store-unavailable"), (answer.Status, answer.Type));
        }

        Assert.Equal(200, (await library.Login("ada")).Status);
    }
}
