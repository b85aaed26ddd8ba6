using Polly;

namespace Sidecar.Resiliency;

/// <summary>The policies of one app: a breaker for each method, as many methods as there is room for, anything else in common.</summary>
internal sealed class AppPolicies
{
    private readonly PolicyContext context;
    private readonly string appId;
    private readonly PolicyRules rules;
    private readonly ResiliencePipeline common;
    private readonly LeastRecentlyUsed<Policy>? methods;

    public AppPolicies(PolicyContext context, string appId, PolicyRules rules, int breakers)
    {
        this.context = context;
        this.appId = appId;
        this.rules = rules;
        common = PolicyPipeline.Build(rules, null, context.Time);
        methods = rules.Breaker is null ? null : new LeastRecentlyUsed<Policy>(breakers);
    }

    public Policy For(string method)
    {
        if (rules.IsEmpty)
        {
            return Policy.None;
        }

        return methods is null ? new PipelinePolicy(context, PolicyTarget.App(appId, method), rules, null, common) : methods.GetOrAdd(method, WithBreaker);
    }

    private Policy WithBreaker(string method)
    {
        var breaker = Breakers.Make(PolicyTarget.Endpoint(appId, method), rules.Breaker!, context);
        return new PipelinePolicy(context, PolicyTarget.App(appId, method), rules, breaker, PolicyPipeline.Build(rules, breaker, context.Time));
    }
}

internal static class Breakers
{
    public static CircuitBreaker Make(string name, BreakerRule rule, PolicyContext context) => new(name, rule, context.Time)
    {
        Changed = (from, to) => context.Log.LogInformation("Circuit breaker \"{Name}\" changed state from {From} to {To}", name, PolicyWords.Of(from), PolicyWords.Of(to)),
    };
}
