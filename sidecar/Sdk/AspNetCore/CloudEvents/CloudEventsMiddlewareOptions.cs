#nullable disable
namespace Dapr;

/// <summary>How CloudEvents are unwrapped.</summary>
public class CloudEventsMiddlewareOptions
{
    /// <summary>Whether text that is not JSON stays a JSON string.</summary>
    public bool SuppressJsonDecodingOfTextPayloads { get; set; }

    /// <summary>Whether the envelope's properties become headers <c>Cloudevent.{name}</c>.</summary>
    public bool ForwardCloudEventPropertiesAsHeaders { get; set; }

    /// <summary>The only properties that become headers; null for all.</summary>
    public string[] IncludedCloudEventPropertiesAsHeaders { get; set; }

    /// <summary>Properties that do not become headers.</summary>
    public string[] ExcludedCloudEventPropertiesFromHeaders { get; set; }
}
