using System.Net;
using System.Net.Sockets;

namespace Sidecar.Zipkin;

internal enum ZipkinKind
{
    Client,
    Server,
    Producer,
    Consumer,
}

/// <summary>Something that happened during a span, in microseconds since 1970.</summary>
internal sealed record ZipkinAnnotation(long Timestamp, string Value);

/// <summary>A service, as far as it is known.</summary>
internal sealed record ZipkinEndpoint(string? ServiceName, string? Ipv4, string? Ipv6, int Port)
{
    public static ZipkinEndpoint None { get; } = new(null, null, null, 0);

    /// <summary>What is no address is left out.</summary>
    public ZipkinEndpoint With(string address)
    {
        if (!IPAddress.TryParse(address, out var ip) || address.Contains('%') || (ip.AddressFamily == AddressFamily.InterNetwork && ip.ToString() != address))
        {
            return this;
        }

        var plain = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        return plain.AddressFamily == AddressFamily.InterNetwork ? this with { Ipv4 = plain.ToString() } : this with { Ipv6 = plain.ToString() };
    }

    /// <summary>What is not known here is taken from the other.</summary>
    public ZipkinEndpoint Filled(ZipkinEndpoint other) =>
        new(ServiceName ?? other.ServiceName, Ipv4 ?? other.Ipv4, Ipv6 ?? other.Ipv6, Port == 0 ? other.Port : Port);
}

/// <summary>A span of Zipkin's second version. Zero microseconds are none.</summary>
internal sealed record ZipkinSpan(string TraceId, string Id)
{
    /// <summary>Of a span, an endpoint and an annotation, those that come most often first.</summary>
    public static readonly string[] Members =
    [
        "traceId", "id", "parentId", "name", "kind", "timestamp", "duration", "localEndpoint", "serviceName", "remoteEndpoint", "tags", "annotations", "value", "ipv4", "ipv6", "port", "debug", "shared",
    ];

    public static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    public string? ParentId { get; init; }

    public ZipkinKind? Kind { get; init; }

    public string? Name { get; init; }

    public long Timestamp { get; init; }

    public long Duration { get; init; }

    public ZipkinEndpoint? Local { get; init; }

    public ZipkinEndpoint? Remote { get; init; }

    public IReadOnlyList<ZipkinAnnotation> Annotations { get; init; } = [];

    public IReadOnlyDictionary<string, string> Tags { get; init; } = NoTags;

    public bool IsDebug { get; init; }

    public bool IsShared { get; init; }

    /// <summary>Sorted and each but once, as they are shown.</summary>
    public static IReadOnlyList<ZipkinAnnotation> Sorted(IEnumerable<ZipkinAnnotation> annotations) =>
        [.. annotations.Distinct().OrderBy(annotation => annotation.Timestamp).ThenBy(annotation => annotation.Value, StringComparer.Ordinal)];

    /// <summary>Another piece of the same span: what is not known here is taken from it, and its tags count more.</summary>
    public ZipkinSpan Merged(ZipkinSpan other) => this with
    {
        ParentId = ParentId ?? other.ParentId,
        Kind = Kind ?? other.Kind,
        Name = Name ?? other.Name,
        Timestamp = Timestamp == 0 ? other.Timestamp : Timestamp,
        Duration = Duration == 0 ? other.Duration : Duration,
        Local = Filled(Local, other.Local),
        Remote = Filled(Remote, other.Remote),
        Annotations = Sorted(Annotations.Concat(other.Annotations)),
        Tags = new SortedDictionary<string, string>(Tags.Concat(other.Tags).GroupBy(tag => tag.Key).ToDictionary(tag => tag.Key, tag => tag.Last().Value), StringComparer.Ordinal),
        IsDebug = IsDebug || other.IsDebug,
        IsShared = IsShared || other.IsShared,
    };

    private static ZipkinEndpoint? Filled(ZipkinEndpoint? one, ZipkinEndpoint? other) => one is null ? other : other is null ? one : one.Filled(other);
}
