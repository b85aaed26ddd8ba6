using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Library.Defaults.Auth.Tokens;

/// <summary>A token as it was written, read to the letter: three parts in strict base64url, members that are there once. Nothing of it is proved.</summary>
internal sealed record WrittenToken(string Kid, Claims Claims, byte[] Signed, byte[] Signature)
{
    public const int MostLetters = 4096;
    private const int SignatureBytes = 64;
    private const int LongestKid = 128;
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 8,
    };

    public static WrittenToken? Read(string text)
    {
        if (text.Length > MostLetters || text.Split('.') is not [var first, var second, var third] ||
            !IsJson(first, out Header? header) || !IsJson(second, out Claims? claims) || Bytes(third) is not { Length: SignatureBytes } signature)
        {
            return null;
        }

        // One algorithm, whatever a token would like; and nothing that must be understood and is not.
        return header is { Alg: "ES256", Crit: null, Typ: null or "JWT" or "at+jwt", Kid.Length: > 0 and <= LongestKid } && claims.IsSmall
            ? new WrittenToken(header.Kid, claims, Encoding.ASCII.GetBytes(text, 0, first.Length + 1 + second.Length), signature)
            : null;
    }

    private static bool IsJson<T>(string part, [NotNullWhen(true)] out T? value)
        where T : class
    {
        value = null;
        try
        {
            value = Bytes(part) is { } bytes ? JsonSerializer.Deserialize<T>(bytes, Json) : null;
        }
        catch (JsonException)
        {
            // Not the JSON of a token of ours, so none of ours.
        }

        return value is not null;
    }

    /// <summary>The framework also takes blanks and padding.</summary>
    private static byte[]? Bytes(string part)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        return !part.AsSpan().ContainsAnyExcept(Letters) && Base64Url.DecodeFromChars(part, bytes, out _, out var written) == OperationStatus.Done
            ? bytes[..written]
            : null;
    }

    private sealed record Header(string Alg, string Kid, string? Typ = null, JsonElement? Crit = null);
}
