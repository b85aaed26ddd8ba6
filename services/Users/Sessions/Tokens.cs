using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Library.Defaults.Auth;
using Library.Defaults.Stores;
using Library.Users.Accounts;
using Library.Users.Keys;
using Microsoft.Extensions.Options;

namespace Library.Users.Sessions;

/// <summary>Writes the tokens that every service reads (JWT, ES256).</summary>
internal sealed class Tokens(SigningKeys keys, IOptions<AuthOptions> options, TimeProvider time)
{
    private const int IdBytes = 16;

    /// <summary>Not older than the end of earlier sessions of the user, or it would count as one of them.</summary>
    public async Task<string> Issue(User user)
    {
        var now = time.GetUtcNow();
        var issued = now > user.SessionsFrom ? now : user.SessionsFrom;
        var key = await keys.Current();
        var claims = new TokenClaims(
            options.Value.Issuer, options.Value.Audience, user.Id, RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true),
            Seconds(issued), Seconds(now + Session.Lifetime), user.Roles, user.ReaderId);
        var signed = $"{Part(new TokenHeader("ES256", key.Kid, "JWT"))}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Part<T>(T part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part, StoredJson.Options));

    private static decimal Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000m;

    private sealed record TokenHeader(string Alg, string Kid, string Typ);

    private sealed record TokenClaims(string Iss, string Aud, string Sub, string Jti, decimal Iat, decimal Exp, IReadOnlyList<string> Roles, string? Reader);
}
