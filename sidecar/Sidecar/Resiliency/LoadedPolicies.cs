using System.Collections.Concurrent;
using Polly;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.Resiliency;

/// <summary>The policies that documents ask for, and Dapr's own.</summary>
public sealed class LoadedPolicies : ResiliencyPolicies
{
    private const int MostUnlistedApps = 1000;

    private readonly PolicyContext context;
    private readonly PolicyTables tables;
    private readonly PolicyRules unlistedApp;
    private readonly ConcurrentDictionary<string, CircuitBreaker> componentBreakers = new();
    private readonly ConcurrentDictionary<(string Component, ComponentKind Kind, bool IsInbound), Policy> componentPolicies = new();
    private readonly Dictionary<string, AppPolicies> apps = [];
    private readonly LeastRecentlyUsed<AppPolicies> unlistedApps = new(MostUnlistedApps);

    public LoadedPolicies(IReadOnlyList<ResiliencySpec> documents, ILogger log, TimeProvider time, ResiliencyMetrics? metrics = null)
    {
        var last = documents.Count > 0 ? documents[^1] : new ResiliencySpec("", "");
        context = new PolicyContext(log, time, metrics, last.Name, last.Namespace);
        tables = new PolicyTables(documents, log);
        foreach (var document in documents)
        {
            metrics?.Loaded(document.Name, document.Namespace);
        }

        unlistedApp = tables.Rules(tables.Defaults("App", ""));
        foreach (var (name, target) in tables.Apps)
        {
            apps[name] = new AppPolicies(context, name, tables.Rules(target.Names), target.Breakers);
        }

        ServiceRetries = BuiltIn(BuiltInRetries.Service);
        InitializationRetries = BuiltIn(BuiltInRetries.Initialization);
    }

    public override Policy ServiceRetries { get; }

    public override Policy InitializationRetries { get; }

    public override bool NamesApp(string appId) => apps.ContainsKey(appId);

    public override Policy App(string appId, string method)
    {
        if (apps.TryGetValue(appId, out var listed))
        {
            return listed.For(method);
        }

        return unlistedApp.IsEmpty
            ? Policy.None
            : unlistedApps.GetOrAdd(appId, id => new AppPolicies(context, id, unlistedApp, AppTarget.DefaultBreakers)).For(method);
    }

    public override Policy ComponentOutbound(string component, ComponentKind kind) => Component(component, kind, isInbound: false);

    public override Policy ComponentInbound(string component, ComponentKind kind) => Component(component, kind, isInbound: true);

    private Policy Component(string component, ComponentKind kind, bool isInbound) =>
        componentPolicies.GetOrAdd((component, kind, isInbound), static (key, self) => self.MakeComponent(key.Component, key.Kind, key.IsInbound), this);

    private Policy MakeComponent(string component, ComponentKind kind, bool isInbound)
    {
        var direction = isInbound ? "Inbound" : "Outbound";
        var names = tables.Components.TryGetValue(component, out var listed)
            ? isInbound ? listed.Inbound : listed.Outbound
            : tables.Defaults($"{kind}Component{direction}", $"Component{direction}", "Component", "");
        var rules = tables.Rules(names);
        if (rules.IsEmpty)
        {
            return Policy.None;
        }

        var target = isInbound ? PolicyTarget.Inbound(component, kind) : PolicyTarget.Outbound(component, kind);
        var breaker = rules.Breaker is { } rule
            ? componentBreakers.GetOrAdd(component, name => Breakers.Make($"{rule.Name}-{name}", rule, context))
            : null;
        return new PipelinePolicy(context, target, rules, breaker, PolicyPipeline.Build(rules, breaker, context.Time));
    }

    private PipelinePolicy BuiltIn(string name)
    {
        var rules = tables.Rules(new PolicyNames("", name, ""));
        var silent = context with { Metrics = null };
        return new PipelinePolicy(silent, new PolicyTarget(name, PolicyWords.Outbound, name), rules, null, PolicyPipeline.Build(rules, null, context.Time));
    }
}
