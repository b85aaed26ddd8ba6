using Library.Defaults.Refusals;

namespace Library.Users.Keys;

internal static class KeyRefusals
{
    public static Refusal TooSoon(TimeSpan wait) => new(
        "keys-too-young", "The next key was made a moment ago, or too many keys still have live tokens. Wait as long as the header Retry-After says.", StatusCodes.Status409Conflict)
    { RetryAfter = wait };
}
