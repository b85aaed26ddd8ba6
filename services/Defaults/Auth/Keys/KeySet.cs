using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text.Json;

namespace Library.Defaults.Auth.Keys;

/// <summary>Public keys by their id, as a JWKS tells them (RFC 7517). Keys of other kinds are not ours and are passed over.</summary>
internal sealed class KeySet
{
    public const int MostBytes = 64 * 1024;
    private const int MostKeys = 64;
    private const int CoordinateBytes = 32;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { AllowDuplicateProperties = false, PropertyNameCaseInsensitive = false };

    private readonly FrozenDictionary<string, Key> _byId;

    private KeySet(FrozenDictionary<string, Key> byId) => _byId = byId;

    public static KeySet Empty { get; } = new(FrozenDictionary<string, Key>.Empty);

    public bool IsEmpty => _byId.Count == 0;

    public Key? Find(string kid) => _byId.GetValueOrDefault(kid);

    /// <summary>None when it is no key set, names two keys alike, or has no key that could sign a token.</summary>
    public static KeySet? Read(ReadOnlySpan<byte> jwks)
    {
        try
        {
            if (jwks.Length > MostBytes || JsonSerializer.Deserialize<Set>(jwks, Json)?.Keys is not { Count: <= MostKeys } told)
            {
                return null;
            }

            var keys = told.Where(key => key is { Kty: "EC", Crv: "P-256", Kid.Length: > 0, Use: null or "sig", Alg: null or "ES256" })
                .Select(key => (Id: key.Kid!, Key: Coordinate(key.X) is { } x && Coordinate(key.Y) is { } y ? Key.Of(x, y) : null)).ToList();
            return keys.Count > 0 && keys.TrueForAll(key => key.Key is not null) && keys.DistinctBy(key => key.Id).Count() == keys.Count
                ? new KeySet(keys.ToFrozenDictionary(key => key.Id, key => key.Key!))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

    private static byte[]? Coordinate(string? text) => text is not null && Base64Url.DecodeFromChars(text) is { Length: CoordinateBytes } bytes ? bytes : null;

    private sealed record Set(IReadOnlyList<Told>? Keys);

    private sealed record Told(string? Kty, string? Crv, string? Kid, string? Use, string? Alg, string? X, string? Y);
}
