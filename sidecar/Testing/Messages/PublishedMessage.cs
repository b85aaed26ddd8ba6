using System.Text;
using System.Text.Json;

namespace Sidecar.Testing;

/// <summary>A message that a service published and the broker accepted.</summary>
public sealed record PublishedMessage(string PubSub, string Topic, ReadOnlyMemory<byte> Data, string ContentType, IReadOnlyDictionary<string, string> Metadata)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The CloudEvent's id when the service gave it one, else empty.</summary>
    public string Id { get; init; } = "";

    /// <summary>The CloudEvent's type when the service gave it one, else empty.</summary>
    public string Type { get; init; } = "";

    /// <summary>The instance that published it.</summary>
    public required string Service { get; init; }

    /// <summary>The call that published it.</summary>
    public required int Call { get; init; }

    public required DateTimeOffset At { get; init; }

    public string Text => Encoding.UTF8.GetString(Data.Span);

    public T Read<T>(JsonSerializerOptions? json = null) =>
        JsonSerializer.Deserialize<T>(Data.Span, json ?? Json) ?? throw new JsonException($"the message {Id} on {Topic} holds nothing");

    public override string ToString() => $"{Topic} {Id} {Text}";
}
