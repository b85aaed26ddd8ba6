using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Auth;

public static class AuthRefusals
{
    public static readonly Refusal NotSignedIn = new(
        "not-authenticated", "Say who you are: send the header Authorization: Bearer TOKEN with the accessToken that POST /api/login answers.", StatusCodes.Status401Unauthorized);

    public static readonly Refusal TokenInvalid = new("token-invalid", "This token does not count here. POST /api/login answers one that does.", StatusCodes.Status401Unauthorized);

    public static readonly Refusal TokenExpired = new("token-expired", "This token has ended. POST /api/login answers a new one.", StatusCodes.Status401Unauthorized);

    public static readonly Refusal SessionEnded = new("session-ended", "This session was ended. POST /api/login begins a new one.", StatusCodes.Status401Unauthorized);

    public static readonly Refusal NotYours = new("not-yours", "This belongs to somebody else. Only they themselves and the staff of the library may see or change it.", StatusCodes.Status403Forbidden);

    public static readonly Refusal KeysUnknown = new(
        "keys-unknown", "Tokens cannot be checked now: the service that issues them does not tell its keys. Please try again.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Refusal SessionsUnknown = new(
        "sessions-unknown", "It cannot be told now which sessions have ended, so nobody is let in. Please try again.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Refusal OnlyServices = new("only-services", "Only services of the library ask for this, through their sidecar.", StatusCodes.Status403Forbidden);

    public static readonly Refusal OnlySidecar = new("only-sidecar", "Only the sidecar of this service asks for this.", StatusCodes.Status403Forbidden);

    public static Refusal NotForYou(IReadOnlyList<string> roles) => new(
        "not-allowed", $"Only these roles may do this: {string.Join(", ", roles)}.", StatusCodes.Status403Forbidden);
}
