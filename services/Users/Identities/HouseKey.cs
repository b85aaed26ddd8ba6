using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Library.Users.Identities;

/// <summary>A public key of another house: RSA for RS256, P-256 for ES256, and nothing else.</summary>
internal sealed record HouseKey(string? Kid, string Algorithm, RSAParameters Rsa, ECParameters Curve)
{
    private const int MostKeys = 100;
    private const int LeastBytesOfRsa = 256;
    private const int BytesOfCurve = 32;

    /// <summary>Those that can be used; what is not understood is passed over.</summary>
    public static IReadOnlyList<HouseKey> Read(ReadOnlySpan<byte> jwks) =>
        [.. (JsonSerializer.Deserialize<Set>(jwks)?.Keys ?? []).OfType<Told>().Take(MostKeys).Where(key => key.Use is null or "sig").Select(Of).OfType<HouseKey>()];

    public bool HasSigned(byte[] signed, byte[] signature)
    {
        try
        {
            if (Algorithm == "RS256")
            {
                using var rsa = RSA.Create(Rsa);
                return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            using var curve = ECDsa.Create(Curve);
            return curve.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // The provider told a key that is none.
            return false;
        }
    }

    private static HouseKey? Of(Told key) => key switch
    {
        { Kty: "RSA", Alg: null or "RS256" } when Bytes(key.N) is { Length: >= LeastBytesOfRsa } n && Bytes(key.E) is { Length: > 0 } e =>
            new HouseKey(key.Kid, "RS256", new RSAParameters { Modulus = n, Exponent = e }, default),
        { Kty: "EC", Crv: "P-256", Alg: null or "ES256" } when Bytes(key.X) is { Length: BytesOfCurve } x && Bytes(key.Y) is { Length: BytesOfCurve } y =>
            new HouseKey(key.Kid, "ES256", default, new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }),
        _ => null,
    };

    private static byte[]? Bytes(string? text)
    {
        try
        {
            return text is null ? null : Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed record Set([property: JsonPropertyName("keys")] IReadOnlyList<Told>? Keys);

    private sealed record Told(
        [property: JsonPropertyName("kty")] string? Kty, [property: JsonPropertyName("kid")] string? Kid, [property: JsonPropertyName("use")] string? Use,
        [property: JsonPropertyName("alg")] string? Alg, [property: JsonPropertyName("crv")] string? Crv, [property: JsonPropertyName("x")] string? X,
        [property: JsonPropertyName("y")] string? Y, [property: JsonPropertyName("n")] string? N, [property: JsonPropertyName("e")] string? E);
}
