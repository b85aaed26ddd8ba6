using System.Text.Json;

namespace Registration.Tests;

/// <summary>What the library says of one registration.</summary>
internal sealed record Registration(string Id, string State, string? ReaderId, string? UserId, JsonElement Whole)
{
    private static readonly string[] Ends = ["Completed", "Compensated", "Aborted"];

    public bool HasEnded => Ends.Contains(State, StringComparer.OrdinalIgnoreCase);

    public bool Is(string state) => string.Equals(State, state, StringComparison.OrdinalIgnoreCase);

    public static Registration Read(JsonElement answer) =>
        new(Text(answer, "id")!, Text(answer, "state") ?? "", Text(answer, "readerId"), Text(answer, "userId"), answer);

    private static string? Text(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
