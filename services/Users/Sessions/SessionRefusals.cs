using Library.Defaults.Refusals;

namespace Library.Users.Sessions;

internal static class SessionRefusals
{
    /// <summary>Whatever the reason is: it would tell who exists.</summary>
    public static readonly Refusal LoginRefused = new(
        "login-refused", "You cannot log in with this. Check what you gave; a new account can log in when its registration has ended.", StatusCodes.Status401Unauthorized);

    public static readonly Refusal LoginIncomplete = new(
        "login-incomplete", "Give username and password, or idToken alone.", StatusCodes.Status422UnprocessableEntity);
}
