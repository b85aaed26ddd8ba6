using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Auth;

/// <summary>Who asks, as the token says. A handler may take it as a parameter; where nobody need sign in there is none.</summary>
public sealed record Caller(string UserId, string? ReaderId, IReadOnlySet<string> Roles)
{
    public bool IsStaff => Roles.Overlaps(Auth.Roles.Staff);

    /// <summary>The reader himself, or staff.</summary>
    public bool MaySee(string readerId) => IsStaff || (ReaderId == readerId && Roles.Contains(Auth.Roles.Reader));

    public static Caller? Of(HttpContext http) => http.Features.Get<Caller>();

    public static ValueTask<Caller?> BindAsync(HttpContext http) => ValueTask.FromResult(Of(http));
}
