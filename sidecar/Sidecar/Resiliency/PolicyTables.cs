namespace Sidecar.Resiliency;

/// <summary>All documents as one: a later one replaces what has the same name.</summary>
internal sealed class PolicyTables
{
    private readonly Dictionary<string, TimeSpan> timeouts = [];
    private readonly Dictionary<string, RetryRule> retries = new(BuiltInRetries.All);
    private readonly Dictionary<string, BreakerRule> breakers = [];

    public PolicyTables(IEnumerable<ResiliencySpec> documents, ILogger log)
    {
        foreach (var document in documents)
        {
            log.LogInformation("Loading Resiliency configuration: {Document}", document.Name);
            Merge(timeouts, document.Timeouts);
            Merge(breakers, document.Breakers);
            Merge(Apps, document.Apps);
            Merge(Components, document.Components);
            foreach (var (name, rule) in document.Retries)
            {
                AddRetry(name, rule, log);
            }
        }
    }

    public Dictionary<string, AppTarget> Apps { get; } = [];

    public Dictionary<string, ComponentTarget> Components { get; } = [];

    /// <summary>Names that nobody defined are no policy.</summary>
    public PolicyRules Rules(PolicyNames names) =>
        new(timeouts.GetValueOrDefault(names.Timeout), retries.GetValueOrDefault(names.Retry), breakers.GetValueOrDefault(names.Breaker));

    /// <summary>The policies with a reserved name for targets that no document lists, the most specific first.</summary>
    public PolicyNames Defaults(params ReadOnlySpan<string> levels)
    {
        string timeout = "", retry = "", breaker = "";
        foreach (var level in levels)
        {
            timeout = Known(timeout, $"Default{level}TimeoutPolicy", timeouts);
            retry = Known(retry, $"Default{level}RetryPolicy", retries);
            breaker = Known(breaker, $"Default{level}CircuitBreakerPolicy", breakers);
        }

        return new PolicyNames(timeout, retry, breaker);
    }

    private static string Known<T>(string found, string name, Dictionary<string, T> policies) => found.Length == 0 && policies.ContainsKey(name) ? name : found;

    private static void Merge<T>(Dictionary<string, T> all, IReadOnlyDictionary<string, T> more)
    {
        foreach (var (name, value) in more)
        {
            all[name] = value;
        }
    }

    private void AddRetry(string name, RetryRule rule, ILogger log)
    {
        if (name == BuiltInRetries.Protected)
        {
            log.LogWarning("Attempted to override protected policy {Name} which is not allowed. Ignoring provided policy and using default.", name);
            return;
        }

        if (BuiltInRetries.All.ContainsKey(name) && rule.MaxRetries < BuiltInRetries.LeastRetries)
        {
            log.LogWarning("Attempted override of {Name} did not meet minimum retry count, resetting to {Least}.", name, BuiltInRetries.LeastRetries);
            rule = rule with { MaxRetries = BuiltInRetries.LeastRetries };
        }

        retries[name] = rule;
    }
}
