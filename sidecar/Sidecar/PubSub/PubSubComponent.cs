using Sidecar.Resiliency;

namespace Sidecar.PubSub;

/// <summary>A broker under its name, with what this app may do there and the policies of its calls.</summary>
public sealed record PubSubComponent(string Name, IPubSub Broker, TopicScopes Scopes)
{
    public Policy Outbound { get; init; } = Policy.None;

    public Policy Inbound { get; init; } = Policy.None;

    /// <summary>
    /// Stands before every topic at the broker: the namespace, when the component's YAML says <c>{namespace}</c> anywhere.
    /// </summary>
    public string TopicPrefix { get; init; } = "";

    public bool Has(PubSubFeatures feature) => (Broker.Features & feature) == feature;

    public string AtBroker(string topic) => TopicPrefix.Length == 0 ? topic : TopicPrefix + topic;

    public string FromBroker(string topic)
    {
        var at = TopicPrefix.Length == 0 ? -1 : topic.IndexOf(TopicPrefix, StringComparison.Ordinal);
        return at < 0 ? topic : topic.Remove(at, TopicPrefix.Length);
    }
}
