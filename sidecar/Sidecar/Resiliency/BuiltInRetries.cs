namespace Sidecar.Resiliency;

/// <summary>Retries that are there without any document. One of the same name replaces them, but never with less than three tries.</summary>
public static class BuiltInRetries
{
    public const string Service = "DaprBuiltInServiceRetries";
    public const string Initialization = "DaprBuiltInInitializationRetries";

    public const int LeastRetries = 3;

    /// <summary>The one that cannot be replaced.</summary>
    public const string Protected = "DaprBuiltInActorNotFoundRetries";

    private static readonly RetryRule EverySecond = new() { Duration = TimeSpan.FromSeconds(1), MaxRetries = 3 };

    public static IReadOnlyDictionary<string, RetryRule> All { get; } = new Dictionary<string, RetryRule>
    {
        [Service] = EverySecond,
        ["DaprBuiltInActorRetries"] = EverySecond,
        ["DaprBuiltInActorReminderRetries"] = new() { IsExponential = true, MaxRetries = 0 },
        [Initialization] = new() { IsExponential = true, MaxRetries = 3, MaxInterval = TimeSpan.FromSeconds(1), MaxElapsed = TimeSpan.FromSeconds(10) },
        [Protected] = EverySecond with { MaxRetries = 5 },
    };

    public static IEnumerable<string> Names => All.Keys;
}
