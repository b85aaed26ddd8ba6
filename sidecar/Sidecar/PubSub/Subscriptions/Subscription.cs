using Sidecar.Metadata;
using Sidecar.PubSub.Envelope;
using Sidecar.PubSub.Routing;

namespace Sidecar.PubSub.Subscriptions;

/// <summary>A subscription whose rules have been understood.</summary>
public sealed class Subscription
{
    /// <summary>Throws <see cref="CelException"/> when a rule cannot be read.</summary>
    public Subscription(SubscriptionSpec spec, SubscriptionKind kind)
    {
        (Spec, Kind) = (spec, kind);
        var routes = new Route[spec.Routes.Count];
        for (var i = 0; i < routes.Length; i++)
        {
            var match = spec.Routes[i].Match.Trim();
            routes[i] = new Route(match.Length == 0 ? null : CelExpression.Parse(match), spec.Routes[i].Path);
        }

        Routes = routes;
        PublishMetadata.TryReadRaw(spec.Metadata, out var isRaw, out var problem);
        (IsRaw, RawProblem) = (isRaw, problem);
    }

    public SubscriptionSpec Spec { get; }

    public SubscriptionKind Kind { get; }

    public IReadOnlyList<Route> Routes { get; }

    /// <summary>Messages are bytes of any kind, not envelopes.</summary>
    public bool IsRaw { get; }

    /// <summary>Why nobody can say whether messages are raw; every one of them then fails.</summary>
    public string? RawProblem { get; }

    public SubscriptionInfo Describe() => new(Spec.PubSubName, Spec.Topic, Spec.DeadLetterTopic, Kind)
    {
        Metadata = Spec.Metadata,
        Rules = [.. Routes.Select(route => new RuleInfo(route.Match?.Text ?? "", route.Path))],
    };
}

/// <summary>A path of the app, and which events go there; no rule takes every event.</summary>
public sealed record Route(CelExpression? Match, string Path);
