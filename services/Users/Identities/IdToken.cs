using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Library.Users.Identities;

/// <summary>A token of another house as it was written. Nothing of it is proved.</summary>
internal sealed record IdToken(string Algorithm, string? Kid, IdClaims Claims, byte[] Signed, byte[] Signature)
{
    private const int MostLetters = 16 * 1024;
    private const int LongestSubject = 255;
    private static readonly JsonSerializerOptions Json = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    public static IdToken? Read(string? text)
    {
        if (text is not { Length: <= MostLetters } || text.Split('.') is not [var first, var second, var third])
        {
            return null;
        }

        try
        {
            var header = JsonSerializer.Deserialize<Header>(Base64Url.DecodeFromChars(first), Json);
            var claims = JsonSerializer.Deserialize<IdClaims>(Base64Url.DecodeFromChars(second), Json);
            return header is { Alg: { } algorithm, Crit: null } && claims is { Iss.Length: > 0, Sub.Length: > 0 and <= LongestSubject, Exp: not null }
                ? new IdToken(algorithm, header.Kid, claims, Encoding.ASCII.GetBytes(text, 0, first.Length + 1 + second.Length), Base64Url.DecodeFromChars(third))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null;
        }
    }

    private sealed record Header(
        [property: JsonPropertyName("alg")] string? Alg, [property: JsonPropertyName("kid")] string? Kid, [property: JsonPropertyName("crit")] JsonElement? Crit);
}

/// <summary>What of OpenID Connect's claims matters here. An audience is one text or a list of them.</summary>
internal sealed record IdClaims(
    [property: JsonPropertyName("iss")] string? Iss, [property: JsonPropertyName("sub")] string? Sub, [property: JsonPropertyName("aud")] JsonElement Aud,
    [property: JsonPropertyName("exp")] double? Exp, [property: JsonPropertyName("nbf")] double? Nbf, [property: JsonPropertyName("azp")] string? Azp)
{
    /// <summary>A token for several must have been asked for by us.</summary>
    public bool IsFor(string clientId)
    {
        string?[] audiences = Aud.ValueKind switch
        {
            JsonValueKind.String => [Aud.GetString()],
            JsonValueKind.Array => [.. Aud.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.String ? one.GetString() : null)],
            _ => [],
        };
        return audiences.Contains(clientId) && (audiences.Length == 1 ? Azp is null || Azp == clientId : Azp == clientId);
    }

    public bool IsAt(DateTimeOffset now, TimeSpan skew)
    {
        var seconds = now.ToUnixTimeSeconds();
        return seconds < Exp + skew.TotalSeconds && seconds >= (Nbf ?? 0) - skew.TotalSeconds;
    }
}
