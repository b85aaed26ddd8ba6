using System.Collections.Frozen;
using Library.Defaults.Auth.Keys;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Auth.Tokens;

/// <summary>Proves a token, or remembers that it was proved. A key that is known no more proves nothing, also of what is remembered.</summary>
internal sealed class TokenVerifier(KeyRing keys, RememberedTokens remembered, IOptions<AuthOptions> options, TimeProvider time)
{
    public async ValueTask<Verdict> Verify(string text, CancellationToken cancellation)
    {
        if (text.Length > WrittenToken.MostLetters)
        {
            return Verdict.Invalid;
        }

        var hash = TokenHash.Of(text);
        if (remembered.Find(hash) is { } known && keys.Knows(known.Kid))
        {
            return InTime(known);
        }

        // What costs least comes first: only a token that would count asks for a key that is not known yet.
        if (WrittenToken.Read(text) is not { } written || written.Claims.Iss != options.Value.Issuer || written.Claims.Aud != options.Value.Audience)
        {
            return Verdict.Invalid;
        }

        var token = Of(written);
        if (InTime(token) is { Token: null } late)
        {
            return late;
        }

        if (await keys.Find(written.Kid, cancellation) is not { } key || !key.HasSigned(written.Signed, written.Signature))
        {
            return Verdict.Invalid;
        }

        remembered.Add(hash, token);
        return InTime(token);
    }

    private Verdict InTime(Token token)
    {
        var (now, skew) = (time.GetUtcNow(), options.Value.ClockSkew);
        return now >= token.Expires + skew ? Verdict.Expired
            : now < token.NotBefore - skew || now < token.IssuedAt - skew || token.Expires <= token.IssuedAt ? Verdict.Invalid
            : new Verdict(token, IsExpired: false);
    }

    private static Token Of(WrittenToken written)
    {
        var claims = written.Claims;
        var issued = Claims.Time(claims.Iat);
        return new Token(
            new Caller(claims.Sub, claims.Reader, claims.Roles.ToFrozenSet()), claims.Jti, written.Kid, issued, claims.Nbf is { } begin ? Claims.Time(begin) : issued, Claims.Time(claims.Exp));
    }
}

/// <summary>No token where it counts for nothing.</summary>
internal readonly record struct Verdict(Token? Token, bool IsExpired)
{
    public static Verdict Invalid => default;

    public static Verdict Expired => new(null, IsExpired: true);
}
