using Library.Defaults.Refusals;

namespace Library.Users.Passwords;

internal static class PasswordRefusals
{
    public static readonly Refusal Busy = new(
        "too-many-logins", "More people are logging in than can be checked now. Wait as long as the header Retry-After says, then try again.", StatusCodes.Status429TooManyRequests)
    { RetryAfter = TimeSpan.FromSeconds(2) };

    public static readonly Refusal Wrong = new("password-wrong", "The current password is another one.", StatusCodes.Status403Forbidden);

    public static readonly Refusal None = new(
        "password-none", "This user has no password here: it logs in with an identity of another house. Change the password there.", StatusCodes.Status409Conflict);

    public static Refusal TooManyAttempts(TimeSpan wait) => new(
        "too-many-attempts", "There were too many wrong attempts. Wait as long as the header Retry-After says, then try again.", StatusCodes.Status429TooManyRequests)
    { RetryAfter = wait };
}
