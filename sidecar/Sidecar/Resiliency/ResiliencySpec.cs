namespace Sidecar.Resiliency;

/// <summary>One Resiliency document: named policies, and which targets they are for.</summary>
public sealed record ResiliencySpec(string Name, string Namespace)
{
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyDictionary<string, TimeSpan> Timeouts { get; init; } = new Dictionary<string, TimeSpan>();

    public IReadOnlyDictionary<string, RetryRule> Retries { get; init; } = new Dictionary<string, RetryRule>();

    public IReadOnlyDictionary<string, BreakerRule> Breakers { get; init; } = new Dictionary<string, BreakerRule>();

    public IReadOnlyDictionary<string, AppTarget> Apps { get; init; } = new Dictionary<string, AppTarget>();

    public IReadOnlyDictionary<string, ComponentTarget> Components { get; init; } = new Dictionary<string, ComponentTarget>();

    public string File { get; init; } = "";
}

/// <summary>Names of policies, empty for none.</summary>
public sealed record PolicyNames(string Timeout, string Retry, string Breaker)
{
    public static PolicyNames None { get; } = new("", "", "");

    public int Line { get; init; }

    public bool IsEmpty => Timeout.Length == 0 && Retry.Length == 0 && Breaker.Length == 0;
}

/// <summary><paramref name="Breakers"/> is how many methods of the app may have a breaker of their own at a time.</summary>
public sealed record AppTarget(PolicyNames Names, int Breakers)
{
    public const int DefaultBreakers = 100;
}

public sealed record ComponentTarget(PolicyNames Inbound, PolicyNames Outbound);

/// <summary>A circuit breaker as it is written; what trips it is more than five failures in a row unless it says otherwise.</summary>
public sealed record BreakerRule(string Name)
{
    public int MaxRequests { get; init; } = 1;

    /// <summary>How often a closed breaker forgets what it counted; zero for never.</summary>
    public TimeSpan Interval { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    public Func<BreakerCounts, bool> Trip { get; init; } = static counts => counts.ConsecutiveFailures > 5;
}
