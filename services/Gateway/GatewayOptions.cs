using System.ComponentModel.DataAnnotations;

namespace Library.Gateway;

internal sealed class GatewayOptions
{
    /// <summary>For a service to begin its answer, and then once more to end it. A second less than the sidecar gives, which would not say that it was time that ran out.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan AnswerTime { get; set; } = TimeSpan.FromSeconds(14);

    /// <summary>For each service when all of them are asked.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan GatherTime { get; set; } = TimeSpan.FromSeconds(2);

    [Range(1, 100_000)]
    public int MaxRequests { get; set; } = 512;

    [Range(1, 100_000)]
    public int MaxRequestsOfOneClient { get; set; } = 128;

    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DescriptionFresh { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Networks such as 10.0.0.0/8 of the proxies before the gateway, whose word counts for where a client is. None unless told: clients come straight.</summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];
}
