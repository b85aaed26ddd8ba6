using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Library.Defaults.Deliveries;
using Library.Defaults.Lists;

namespace Library.Defaults.Parking;

/// <summary>A message that could not be handled, with all that is needed to understand it and to handle it once more.</summary>
public sealed record ParkedMessage
{
    public int Schema { get; init; } = 1;

    public required string Fingerprint { get; init; }

    public required string Topic { get; init; }

    public required string MessageId { get; init; }

    public required string Reason { get; init; }

    /// <summary>How often it was tried in vain.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset FirstAt { get; init; }

    public DateTimeOffset LastAt { get; init; }

    public DateTimeOffset? ReplayedAt { get; init; }

    /// <summary>It named somebody who was erased; nothing of what it said is kept, now or when it comes again.</summary>
    public DateTimeOffset? ForgottenAt { get; init; }

    /// <summary>None when it was larger than what is kept, was replayed or is forgotten.</summary>
    public JsonElement? Data { get; init; }

    [JsonIgnore]
    internal bool IsOpen => ReplayedAt is null && ForgottenAt is null;

    internal ListPosition Position => new(FirstAt.UtcDateTime.ToString("O"), Fingerprint);

    internal Delivery Delivery => new(Topic, MessageId, Data ?? default);

    /// <summary>The same for every delivery of one message: its topic and its identity, or its content where it has none.</summary>
    internal static string FingerprintOf(Delivery delivery)
    {
        var identity = delivery.Id.Length > 0 ? $"id\n{delivery.Id}" : $"data\n{Raw(delivery)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{delivery.Topic}\n{identity}")))[..32];
    }

    /// <summary>Whether it speaks of one of these ids, anywhere in its data.</summary>
    internal bool Names(IReadOnlyCollection<string> ids) => Data is { } data && (Names(data, ids) || (data.ValueKind == JsonValueKind.String && ids.Any(data.GetString()!.Contains)));

    private static bool Names(JsonElement data, IReadOnlyCollection<string> ids) => data.ValueKind switch
    {
        JsonValueKind.Object => data.EnumerateObject().Any(member => Names(member.Value, ids)),
        JsonValueKind.Array => data.EnumerateArray().Any(item => Names(item, ids)),
        JsonValueKind.String => ids.Contains(data.GetString()!),
        _ => false,
    };

    internal static string Raw(Delivery delivery) => delivery.Data.ValueKind == JsonValueKind.Undefined ? "" : delivery.Data.GetRawText();
}
