using Library.Contracts.Users;
using Library.Defaults.Auth;
using Library.Defaults.Stores;

namespace Library.Users.Accounts;

/// <summary>Who is an active admin now, kept in the transaction of every change of that, so that somebody always is.</summary>
internal sealed record Admins(IReadOnlyList<string> Ids)
{
    public const string Only = "all";

    public static readonly Schema<Admins> Schema = new("admins");

    public static bool Has(User? user) => user is { State: UserState.Active } && user.Roles.Contains(Roles.Admin);

    /// <summary>None when nobody would be left.</summary>
    public static Admins? After(Admins? now, User user)
    {
        string[] ids = [.. (now?.Ids ?? []).Where(id => id != user.Id), .. Has(user) ? [user.Id] : Array.Empty<string>()];
        return ids.Length > 0 ? new Admins(ids) : null;
    }
}
