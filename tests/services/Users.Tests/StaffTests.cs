using Library.Contracts.Users;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class StaffTests
{
    [Fact]
    public async Task An_admin_makes_staff_that_can_log_in_at_once()
    {
        await using var library = await UserSide.Start();
        var admin = await library.AdminToken();

        var answer = await Add(library, admin, "Grace", ["librarian", "operator"]);

        Assert.True(answer.Status == 201, $"{answer}");
        var login = await library.Login("grace");
        Assert.Equal((200, answer.Text("id")), (login.Status, login.Text("userId")));
        Assert.Equal(["librarian", "operator"], login.Body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(UserState.Active, (await library.Fact<UserCreated>(UserCreated.Topic, answer.Text("id"))).State);
        var found = await library.Ask(HttpMethod.Get, "/users?username=GRACE", token: login.Text("accessToken"));
        Assert.Equal(answer.Text("id"), found.Body.GetProperty("items")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_same_request_under_one_key_makes_one_user()
    {
        await using var library = await UserSide.Start();
        var admin = await library.AdminToken();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Add(library, admin, "door-1", ["door"], "k1")));

        Assert.Equal(201, Assert.Single(answers.Select(answer => answer.Status).Distinct()));
        Assert.Single(answers.Select(answer => answer.Text("id")).Distinct());
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_new_user_is_said_at_once()
    {
        await using var library = await UserSide.Start();
        var admin = await library.AdminToken();

        var wrong = await library.Ask(HttpMethod.Post, "/users", new { username = "a b", password = "short", roles = new[] { "king" } }, admin);
        var taken = await Add(library, admin, "ADMIN", ["door"]);

        Assert.Equal(["username-invalid", "password-too-short", "password-common", "roles-invalid"], wrong.Reasons());
        Assert.Equal((409, "username-taken"), (taken.Status, taken.Type));
        Assert.Equal("identity-missing", (await library.Ask(HttpMethod.Post, "/users", new { username = "ada", roles = new[] { "door" } }, admin)).Type);
    }

    [Fact]
    public async Task Only_an_admin_makes_users_and_changes_roles()
    {
        await using var library = await UserSide.Start();
        await Add(library, await library.AdminToken(), "grace", ["librarian", "operator"]);
        var token = await library.Token("grace");

        Assert.Equal(403, (await Add(library, token, "eve", ["admin"])).Status);
        Assert.Equal(403, (await Roles(library, token, "admin", ["librarian"])).Status);
        Assert.Equal(403, (await library.Ask(HttpMethod.Post, "/keys/turn", token: token)).Status);
    }

    [Fact]
    public async Task Who_loses_a_role_has_to_log_in_again()
    {
        await using var library = await UserSide.Start();
        var admin = await library.AdminToken();
        await library.Active("u1", "ada");
        Assert.Equal(200, (await Roles(library, admin, "u1", ["librarian", "reader"])).Status);
        var token = await library.Token("ada");
        Assert.Equal(["reader", "librarian"], (await library.Fact<UserRolesChanged>(UserRolesChanged.Topic, "u1")).Roles);

        Assert.Equal(200, (await Roles(library, admin, "u1", ["reader"])).Status);

        await SessionTests.Ended(library, token);
    }

    [Fact]
    public async Task Nobody_takes_the_last_admin_away()
    {
        await using var library = await UserSide.Start();
        var admin = await library.AdminToken();

        var last = await Roles(library, admin, "admin", ["operator"]);
        Assert.Equal((409, "last-admin"), (last.Status, last.Type));
        Assert.Equal("last-admin", Assert.Single((await library.Disable("admin")).Reasons!).Code);
        Assert.Equal("last-admin", Assert.Single((await library.Erase("admin")).Reasons!).Code);

        await Add(library, admin, "second", ["admin"]);
        Assert.Equal(200, (await Roles(library, admin, "admin", ["operator"])).Status);
    }

    [Fact]
    public async Task Of_two_admins_who_remove_each_other_at_once_one_stays()
    {
        await using var library = await UserSide.Start();
        var admin = await library.AdminToken();
        var second = (await Add(library, admin, "second", ["admin"])).Text("id");
        var token = await library.Token("second");

        var answers = await Task.WhenAll(Roles(library, admin, second, ["operator"]), Roles(library, token, "admin", ["operator"]));

        Assert.Equal([200, 409], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task Roles_of_a_user_who_is_still_registering_are_not_changed()
    {
        await using var library = await UserSide.Start();
        await library.Create("u1", null, await library.Credential("ada"));
        var admin = await library.AdminToken();

        Assert.Equal((409, "user-pending"), ((await Roles(library, admin, "u1", ["librarian"])) is var pending ? (pending.Status, pending.Type) : default));
        Assert.Equal(404, (await Roles(library, admin, "nobody", ["librarian"])).Status);
        Assert.Equal(422, (await Roles(library, admin, "u1", [])).Status);
    }

    private static Task<Answered> Add(UserSide library, string token, string username, string[] roles, string? key = null) =>
        library.Ask(HttpMethod.Post, "/users", new { username, password = UserSide.Password, roles }, token, key);

    private static Task<Answered> Roles(UserSide library, string token, string id, string[] roles) => library.Ask(HttpMethod.Put, $"/users/{id}/roles", new { roles }, token);
}
