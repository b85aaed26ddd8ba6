using Library.Contracts.Users;
using Library.Defaults.Stores;
using Library.Users.Accounts;
using Library.Users.Passwords;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class SessionTests
{
    [Fact]
    public async Task A_token_reads_the_own_account_and_no_other()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        await library.Active("u2", "bob");
        var token = await library.Token("ada");

        var own = await library.Ask(HttpMethod.Get, "/users/u1", token: token);

        Assert.Equal((200, "ada", "active"), (own.Status, own.Text("username"), own.Text("state")));
        Assert.Equal(403, (await library.Ask(HttpMethod.Get, "/users/u2", token: token)).Status);
        Assert.Equal(401, (await library.Ask(HttpMethod.Get, "/users/u1")).Status);
        Assert.Equal(403, (await library.Ask(HttpMethod.Get, "/users?username=ada", token: token)).Status);
    }

    [Fact]
    public async Task Logging_out_ends_this_session_and_no_other()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        var (first, second) = (await library.Token("ada"), await library.Token("ada"));

        Assert.Equal(204, (await library.Ask(HttpMethod.Delete, "/login", token: first)).Status);

        await Ended(library, first);
        Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/u1", token: second)).Status);
        var said = (await library.Sidecar.Published(SessionsEnded.Topic).First()).Read<SessionsEnded>(StoredJson.Options);
        Assert.Equal(LoginTests.Opened(first).Claims.GetProperty("jti").GetString(), said.SessionId);
        Assert.Null(said.IssuedBefore);
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions_and_the_old_one_counts_no_more()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        var (mine, other) = (await library.Token("ada"), await library.Token("ada"));

        var answer = await library.Ask(HttpMethod.Post, "/password", new { currentPassword = UserSide.Password, newPassword = "quite another set of words" }, mine);

        Assert.True(answer.Status == 200, $"{answer}");
        await Ended(library, other);
        Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/u1", token: mine)).Status);
        Assert.Equal(401, (await library.Login("ada")).Status);
        var fresh = await library.Token("ada", "quite another set of words");
        Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/u1", token: fresh)).Status);
    }

    [Fact]
    public async Task A_password_is_changed_once_under_one_key()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        var token = await library.Token("ada");
        var body = new { currentPassword = UserSide.Password, newPassword = "quite another set of words" };

        var first = await library.Ask(HttpMethod.Post, "/password", body, token, "k1");
        var again = await library.Ask(HttpMethod.Post, "/password", body, token, "k1");

        Assert.Equal((200, first.Body.GetRawText()), (again.Status, again.Body.GetRawText()));
        await library.Sidecar.Published(SessionsEnded.Topic).First();
        await library.Ask(HttpMethod.Post, "/password", new { currentPassword = body.newPassword, newPassword = UserSide.Password }, await library.Token("ada", body.newPassword), "k2");
        await library.Sidecar.Published(SessionsEnded.Topic).First(2);
        Assert.Equal(2, library.Sidecar.Published(SessionsEnded.Topic).Count);
    }

    [Fact]
    public async Task A_password_is_changed_only_by_who_knows_it_to_one_that_is_good()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        var token = await library.Token("ada");

        var wrong = await library.Ask(HttpMethod.Post, "/password", new { currentPassword = "wrong horse battery staple", newPassword = "quite another set of words" }, token);
        var weak = await library.Ask(HttpMethod.Post, "/password", new { currentPassword = UserSide.Password, newPassword = "ada" }, token);

        Assert.Equal((403, "password-wrong"), (wrong.Status, wrong.Type));
        Assert.Equal(422, weak.Status);
        Assert.Equal(["password-too-short", "password-common", "password-personal"], weak.Reasons());
        Assert.Equal(200, (await library.Login("ada")).Status);
    }

    [Fact]
    public async Task A_disabled_users_sessions_end_and_a_new_one_begins_when_it_is_enabled()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        var token = await library.Token("ada");

        await library.Disable("u1");
        await Ended(library, token);
        await library.Enable("u1");

        Assert.Equal(401, (await library.Ask(HttpMethod.Get, "/users/u1", token: token)).Status);
        Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/u1", token: await library.Token("ada"))).Status);
    }

    [Fact]
    public async Task A_session_that_began_right_after_others_ended_is_ended_like_them()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        await library.Ask(HttpMethod.Post, "/password", new { currentPassword = UserSide.Password, newPassword = "quite another set of words" }, await library.Token("ada"));
        var token = await library.Token("ada", "quite another set of words");
        Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/u1", token: token)).Status);

        await library.Disable("u1");

        await Ended(library, token);
    }

    [Fact]
    public void However_fast_sessions_end_one_after_another_each_end_is_later()
    {
        var now = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        var hash = new PasswordHash(1, [1], [2]);
        var user = new User("u1", 1, UserState.Active).ChangePassword(hash, now);

        var again = user.ChangePassword(hash, now);

        Assert.True(user.SessionsFrom > now);
        Assert.True(again.SessionsFrom > user.SessionsFrom);
        Assert.True(again.SessionsFrom < now.AddSeconds(3));
    }

    /// <summary>Within a moment, once the message has come.</summary>
    internal static async Task Ended(UserSide library, string token)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Answered answer;
        do
        {
            answer = await library.Ask(HttpMethod.Get, "/users/u1", token: token);
            limit.Token.ThrowIfCancellationRequested();
        }
        while (answer.Status == 200);

        Assert.Equal((401, "session-ended"), (answer.Status, answer.Type));
    }
}
