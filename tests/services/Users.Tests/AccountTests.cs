using Library.Contracts.Users;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class AccountTests
{
    [Fact]
    public async Task A_created_user_is_pending_a_reader_and_cannot_log_in_yet()
    {
        await using var library = await UserSide.Start();

        var reply = await library.Create("u1", "Ada", await library.Credential("Ada"));

        Assert.Equal(("u1", 1L, true), (reply.Id, reply.Version, reply.Done));
        var fact = await library.Fact<UserCreated>(UserCreated.Topic, "u1");
        Assert.Equal((UserState.Pending, "ada", "reader", "reader-of-u1"), (fact.State, fact.Username, Assert.Single(fact.Roles), fact.ReaderId));
        Assert.Equal((401, "login-refused"), ((await library.Login("ada")) is var answer ? (answer.Status, answer.Type) : default));
    }

    [Fact]
    public async Task An_activated_user_logs_in_however_the_name_is_written()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "Zoë.Müller");

        foreach (var name in new[] { "zoë.müller", " ZOË.MÜLLER ", "Zoe\u0308.Mu\u0308ller", "ｚｏë.müller" })
        {
            Assert.Equal((name, 200), (name, (await library.Login(name)).Status));
        }

        Assert.Equal(401, (await library.Login("zoe.muller")).Status);
    }

    [Fact]
    public async Task A_cancelled_user_frees_its_name_and_bars_a_late_creation()
    {
        await using var library = await UserSide.Start();
        await library.Create("u1", null, await library.Credential("ada"));

        Assert.True((await library.Cancel("u1")).Done);
        Assert.True((await library.Cancel("u2")).Done);

        Assert.Equal("step-undone", Assert.Single((await library.Create("u2", null, await library.Credential("bob"))).Reasons!).Code);
        Assert.True((await library.Create("u3", null, await library.Credential("ADA"))).Done);
        Assert.Null((await library.Fact<UserCancelled>(UserCancelled.Topic, "u1")).Username);
    }

    [Fact]
    public async Task A_user_of_one_saga_is_not_touched_by_another()
    {
        await using var library = await UserSide.Start();
        await library.Create("u1", null, await library.Credential("ada"));

        Assert.Equal("user-exists", Assert.Single((await library.Create("u1", null, "c9", sagaId: "other")).Reasons!).Code);
        Assert.Equal("user-of-another-saga", Assert.Single((await library.Activate("u1", "other")).Reasons!).Code);
        Assert.True((await library.Cancel("u1", "third")).Done);
        Assert.Equal("user-unknown", Assert.Single((await library.Activate("u9")).Reasons!).Code);
        await library.Activate("u1");
        Assert.Equal("user-activated", Assert.Single((await library.Cancel("u1", attempt: 2)).Reasons!).Code);
    }

    [Fact]
    public async Task A_credential_is_taken_up_once()
    {
        await using var library = await UserSide.Start();
        var credential = await library.Credential("ada");
        Assert.True((await library.Create("u1", null, credential)).Done);

        Assert.Equal("credential-unknown", Assert.Single((await library.Create("u2", null, credential)).Reasons!).Code);
        Assert.True((await library.Create("u1", null, credential, attempt: 2)).Done);
    }

    [Fact]
    public async Task Of_two_who_hand_over_one_name_the_second_is_refused_when_it_is_created()
    {
        await using var library = await UserSide.Start();
        var (first, second) = (await library.Credential("ada"), await library.Credential("Ada"));

        Assert.True((await library.Create("u1", null, first)).Done);
        Assert.Equal("username-taken", Assert.Single((await library.Create("u2", null, second)).Reasons!).Code);
        Assert.Equal((409, "username-taken"), ((await library.HandOver("ADA")) is var answer ? (answer.Status, answer.Type) : default));
    }

    [Fact]
    public async Task A_user_of_another_house_needs_no_name_and_its_identity_is_unique()
    {
        await using var library = await UserSide.Start();
        var identity = new ExternalIdentity("https://id.example.org", "42");

        Assert.True((await library.Create("u1", identity: identity)).Done);
        Assert.True((await library.Create("u2", "bob", identity: identity with { Subject = "43" })).Done);

        Assert.Equal("identity-taken", Assert.Single((await library.Create("u3", identity: identity)).Reasons!).Code);
        Assert.Equal(["identity-invalid"], (await library.Create("u4", identity: identity with { Subject = " " })).Reasons!.Select(reason => reason.Code));
        Assert.Equal("identity-missing", Assert.Single((await library.Create("u5")).Reasons!).Code);
        Assert.Equal(["username-taken", "identity-taken"], (await library.Create("u6", "Bob", identity: identity)).Reasons!.Select(reason => reason.Code));
    }

    [Fact]
    public async Task A_disabled_user_is_enabled_again_only_by_the_saga_that_disabled_it()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");

        Assert.True((await library.Disable("u1")).Done);
        Assert.Equal(401, (await library.Login("ada")).Status);
        Assert.True((await library.Enable("u1", "another")).Done);
        Assert.Equal(401, (await library.Login("ada")).Status);
        Assert.True((await library.Enable("u1")).Done);

        Assert.Equal(200, (await library.Login("ada")).Status);
    }

    [Fact]
    public async Task Disabling_ends_all_sessions_with_the_change()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");

        await library.Disable("u1");

        var said = (await library.Sidecar.Published(SessionsEnded.Topic).First()).Read<SessionsEnded>(Library.Defaults.Stores.StoredJson.Options);
        Assert.Equal(("u1", null, null), (said.UserId, said.SessionId, said.ExceptSessionId));
        var transaction = Assert.Single(library.Sidecar.Calls, call => call.Name == Call.ExecuteStateTransaction && call.Keys.Count(key => key.StartsWith("outbox|", StringComparison.Ordinal)) == 3);
        Assert.Contains("user|u1", transaction.Keys);
    }

    [Fact]
    public async Task Of_an_erased_user_only_the_id_is_left()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        await library.Disable("u1");

        Assert.True((await library.Erase("u1")).Done);

        Assert.Equal(["id", "roles", "schema", "sessionsFrom", "state", "version"], (await library.State("user|u1")).EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(new UserErased("u1", 4, UserState.Erased, null, [], null), await library.Fact<UserErased>(UserErased.Topic, "u1") with { Roles = [] });
        Assert.Equal("user-erased", Assert.Single((await library.Enable("u1", attempt: 2)).Reasons!).Code);
        Assert.Equal(401, (await library.Login("ada")).Status);
        await library.Active("u2", "ada");
    }
}
