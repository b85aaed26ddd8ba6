using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;

namespace Sidecar.Components;

/// <summary>
/// What the folders of one sidecar hold for it. Components come in the order in which they start: secret stores first, one that
/// needs another after it, then the rest as they were found.
/// </summary>
public sealed record Resources
{
    public IReadOnlyList<ComponentDefinition> Components { get; init; } = [];

    /// <summary>All of them: which are meant for this app is decided where the app's own are known too.</summary>
    public IReadOnlyList<SubscriptionSpec> Subscriptions { get; init; } = [];

    public IReadOnlyList<ResiliencySpec> Resiliencies { get; init; } = [];

    public IReadOnlyList<HttpEndpointSpec> HttpEndpoints { get; init; } = [];

    /// <summary>With one of these a sidecar does not start.</summary>
    public IReadOnlyList<ResourceProblem> Problems { get; init; } = [];

    public IReadOnlyList<ResourceProblem> Notes { get; init; } = [];
}
