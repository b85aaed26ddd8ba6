using Library.Contracts.Users;
using Library.Defaults.Auth;
using Library.Defaults.Idempotency;
using Library.Sagas.Participant;
using Library.Users.Accounts;
using Library.Users.Identities;
using Library.Users.Keys;
using Library.Users.Passwords;
using Library.Users.Sessions;

namespace Library.Users;

internal static class UsersEndpoints
{
    public static void MapUsers(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<HashingMetrics>();
        app.MapStep<CreateUser, CancelUser, UserStore>(Create.Handle, Cancel.Handle);
        app.MapStep<ActivateUser, UserStore>(Activate.Handle);
        app.MapStep<DisableUser, EnableUser, UserStore>(Disable.Handle, Enable.Handle);
        app.MapStep<EraseUser, UserStore>(Erase.Handle);

        var users = app.MapGroup("/users").WithTags("users");
        users.MapPost("", Add.Handle).ForRoles(Roles.Admin).ChangesState().WithName("AddUser").Produces<UserSaved>(StatusCodes.Status201Created);
        users.MapPut("/{id}/roles", ChangeRoles.Handle).ForRoles(Roles.Admin).ChangesState().WithName("ChangeUserRoles").Produces<UserSaved>();
        users.MapGet("/{id}", GetUser.Handle).ForUserOrStaff("id").WithName("GetUser").Produces<UserShown>();
        users.MapGet("", FindUsers.Handle).ForRoles(Roles.Staff).WithName("FindUsers").Produces<UsersFound>();

        app.MapPost("/credentials", HandOver.Handle).ForServices("coordinator").ExcludeFromDescription();
        app.MapPost("/password", ChangePassword.Handle).WithTags("sessions").ForSignedIn().ChangesState().WithName("ChangePassword").Produces<UserSaved>();
        app.MapPost("/login", Login.Handle).WithTags("sessions").OpenToAnyone().WithName("LogIn").Produces<LoggedIn>();
        app.MapDelete("/login", Logout.Handle).WithTags("sessions").ForSignedIn().WithName("LogOut").Produces(StatusCodes.Status204NoContent);
        app.MapGet("/identity-providers", ListProviders.Handle).WithTags("sessions").OpenToAnyone().WithName("ListIdentityProviders").Produces<ProvidersKnown>();

        app.MapGet("/.well-known/jwks.json", Jwks.Handle).WithTags("keys").OpenToAnyone().WithName("GetKeys").Produces<Jwks>();
        app.MapPost("/keys/turn", Turn.Handle).WithTags("keys").ForRoles(Roles.Admin).WithName("TurnKeys").Produces<Turned>();
    }
}

internal sealed record UserSaved(string Id, long Version);
