using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Library.Defaults.Idempotency;

/// <summary>
/// Tells one request from another: a hash of path, query and body as it was understood, so that blanks and the order of members do not matter. Secrets
/// are left out: a hash of a password could be guessed back. So could one of a name or an address, so the hash is keyed with the Idempotency-Key,
/// which is kept nowhere.
/// </summary>
internal static class Fingerprint
{
    private static readonly string[] SecretWords = ["password", "secret", "token", "credential"];

    public static string Of(string key, string path, string query, object? body, JsonSerializerOptions json)
    {
        var canonical = Canonical(JsonSerializer.SerializeToNode(body, json))?.ToJsonString();
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{path}\n{query}\n{canonical}")));
    }

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(
            members.Where(member => !IsSecret(member.Key)).OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => KeyValuePair.Create(member.Key, Canonical(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Canonical)]),
        _ => node?.DeepClone(),
    };

    private static bool IsSecret(string name) => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
