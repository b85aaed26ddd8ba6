#nullable disable
using System.Text.Json.Serialization;

namespace Dapr;

/// <summary>A CloudEvent of the publisher's own making; Dapr fills in what is missing.</summary>
public class CloudEvent
{
    /// <summary>Where the event happened.</summary>
    [JsonPropertyName("source")]
    public Uri Source { get; init; }

    /// <summary>What kind of event it is.</summary>
    [JsonPropertyName("type")]
    public string Type { get; init; }

    /// <summary>What the event is about.</summary>
    [JsonPropertyName("subject")]
    public string Subject { get; init; }
}

/// <summary>A CloudEvent with data.</summary>
/// <param name="data">The data.</param>
public class CloudEvent<TData>(TData data) : CloudEvent
{
    /// <summary>The data.</summary>
    [JsonPropertyName("data")]
    public TData Data { get; } = data;

    /// <summary>The data's content type.</summary>
    [JsonPropertyName("datacontenttype")]
    public string DataContentType { get; } = "application/json";
}
