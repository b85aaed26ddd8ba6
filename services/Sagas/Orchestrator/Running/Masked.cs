using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>A request as the trail may show it: ids, numbers and times as they are, anything else masked unless the message names no person; secrets always.</summary>
internal static partial class Masked
{
    private const string Mask = "***";
    private const int LongestText = 200;
    private static readonly string[] SecretWords = ["password", "secret", "token", "key", "credential"];

    public static JsonElement Request(ReadOnlySpan<byte> body, bool namesNoPerson) =>
        JsonSerializer.SerializeToElement(Of(JsonNode.Parse(body), name: "", namesNoPerson));

    private static JsonNode? Of(JsonNode? node, string name, bool namesNoPerson) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Of(member.Value, member.Key, namesNoPerson)))),
        JsonArray items => new JsonArray([.. items.Select(item => Of(item, name, namesNoPerson))]),
        JsonValue value => Shown(value, name, namesNoPerson) ? value.DeepClone() : JsonValue.Create(Mask),
        _ => null,
    };

    private static bool Shown(JsonValue value, string name, bool namesNoPerson)
    {
        if (!IsId(name) && SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        return namesNoPerson || value.GetValueKind() switch
        {
            JsonValueKind.String => (IsId(name) || Own(name) || Time().IsMatch(value.GetValue<string>())) && value.GetValue<string>().Length <= LongestText && !IsBirth(name),
            _ => !IsBirth(name),
        };
    }

    private static bool IsId(string name) => name.Equals("id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Id", StringComparison.Ordinal);

    private static bool Own(string name) => name is "step" or "replyTo";

    private static bool IsBirth(string name) => name.Contains("birth", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-]\d{2}:\d{2})?)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Time();
}
