using System.Text.Json.Serialization;

namespace Library.Contracts.Readers;

/// <summary>Pending while the saga that makes the reader is unfinished.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReaderState>))]
public enum ReaderState
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("active")]
    Active,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    [JsonStringEnumMemberName("erased")]
    Erased,
}
