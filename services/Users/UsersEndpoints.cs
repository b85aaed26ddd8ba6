using Library.Contracts.Users;
using Library.Defaults.Handled;
using Library.Users.Accounts;

namespace Library.Users;

internal static class UsersEndpoints
{
    public static void MapUsers(this WebApplication app)
    {
        app.MapCommand<CreateUser, UserStore>(Create.Handle);
        app.MapCommand<CancelUser, UserStore>(Cancel.Handle);
        app.MapCommand<ActivateUser, UserStore>(Activate.Handle);
        app.MapCommand<DisableUser, UserStore>(Disable.Handle);
        app.MapCommand<EnableUser, UserStore>(Enable.Handle);
        app.MapCommand<EraseUser, UserStore>(Erase.Handle);
    }
}
