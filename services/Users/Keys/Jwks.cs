using System.Buffers.Text;
using System.Text.Json;
using Library.Defaults.Stores;

namespace Library.Users.Keys;

/// <summary>The public keys as every verifier reads them (RFC 7517).</summary>
internal sealed record Jwks(IReadOnlyList<Jwk> Keys)
{
    /// <summary>Whoever keeps them for so long misses nothing: the next key is among them long before it signs.</summary>
    private const string Kept = "public, max-age=60";

    public static Jwks Of(IEnumerable<KeptKey> keys) =>
        new([.. keys.Select(key => new Jwk("EC", "P-256", key.Kid, "sig", "ES256", Base64Url.EncodeToString(key.X), Base64Url.EncodeToString(key.Y)))]);

    public static async Task<IResult> Handle(SigningKeys keys, HttpContext http)
    {
        var told = Of(await keys.Told());
        http.Response.Headers.CacheControl = Kept;
        return TypedResults.Ok(told);
    }

    /// <summary>What this service checks tokens with itself.</summary>
    public static async Task<ReadOnlyMemory<byte>> Own(SigningKeys keys) => JsonSerializer.SerializeToUtf8Bytes(Of(await keys.Told()), StoredJson.Options);
}

internal sealed record Jwk(string Kty, string Crv, string Kid, string Use, string Alg, string X, string Y);
