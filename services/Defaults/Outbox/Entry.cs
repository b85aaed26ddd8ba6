using System.Text.Json;
using System.Text.Json.Serialization;

namespace Library.Defaults.Outbox;

/// <summary>
/// What is kept of one number: enough to publish again. <see cref="Key"/> names the aggregate whose state of now is sent; a reply has none and is
/// kept as it is. An entry without identity is empty: its transaction did not happen.
/// </summary>
internal sealed record Entry(
    string? Identity, string? Topic, string? Type, string? Key, long Version, DateTimeOffset At, string? Traceparent, JsonElement? Message)
{
    public static readonly ReadOnlyMemory<byte> Empty = "{\"schema\":1}"u8.ToArray();

    public int Schema { get; init; } = 1;

    [JsonIgnore]
    public bool IsEmpty => Identity is null;

    public static string KeyOf(int place, long number) => $"outbox|{place}|{number}";
}
