using Library.Contracts;
using Library.Defaults.Auth;

namespace Library.Users.Accounts;

internal static class RoleNames
{
    public static IReadOnlyList<string> Ordered(IReadOnlyList<string> roles) => [.. Roles.All.Where(roles.Contains)];

    public static IEnumerable<Reason> Wrong(IReadOnlyList<string> roles)
    {
        if (roles.Count == 0 || !roles.All(Roles.All.Contains))
        {
            yield return new Reason("roles-invalid", $"Give one or more of the roles {string.Join(", ", Roles.All)}.");
        }
    }
}
