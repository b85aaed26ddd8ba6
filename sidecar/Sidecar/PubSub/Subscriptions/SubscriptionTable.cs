using Sidecar.Metadata;
using Sidecar.PubSub.Routing;

namespace Sidecar.PubSub.Subscriptions;

/// <summary>
/// Which subscriptions count: one for each topic of a broker. What the app says beats what YAML says; of two YAML documents the
/// first counts, of two from the app the last.
/// </summary>
internal sealed class SubscriptionTable
{
    private readonly List<Subscription> declared = [];
    private List<Subscription> all = [];

    /// <summary>Throws <see cref="SubscriptionException"/> when a rule cannot be read.</summary>
    public SubscriptionTable(IEnumerable<SubscriptionSpec> declarations, string appId)
    {
        foreach (var spec in declarations)
        {
            if (spec.Scopes.Count > 0 && !spec.Scopes.Contains(appId, StringComparer.Ordinal))
            {
                continue;
            }

            declared.RemoveAll(other => other.Spec.Name is not null && other.Spec.Name == spec.Name);
            declared.Add(Compile(spec, SubscriptionKind.Declarative));
        }

        all = Merge([]);
    }

    public IReadOnlyList<Subscription> All => Volatile.Read(ref all);

    /// <summary>Throws <see cref="SubscriptionException"/> when a rule cannot be read; then nothing of what the app says counts.</summary>
    public void SetProgrammatic(IReadOnlyList<SubscriptionSpec> specs)
    {
        var programmatic = new List<Subscription>(specs.Count);
        foreach (var spec in specs)
        {
            programmatic.Add(Compile(spec, SubscriptionKind.Programmatic));
        }

        Volatile.Write(ref all, Merge(programmatic));
    }

    private List<Subscription> Merge(List<Subscription> programmatic)
    {
        var merged = new List<Subscription>();
        var places = new Dictionary<(string, string), int>();
        foreach (var subscription in declared)
        {
            if (places.TryAdd(Topic(subscription), merged.Count))
            {
                merged.Add(subscription);
            }
        }

        foreach (var subscription in programmatic)
        {
            if (places.TryAdd(Topic(subscription), merged.Count))
            {
                merged.Add(subscription);
            }
            else
            {
                merged[places[Topic(subscription)]] = subscription;
            }
        }

        return merged;
    }

    private static (string PubSub, string Topic) Topic(Subscription subscription) => (subscription.Spec.PubSubName, subscription.Spec.Topic);

    private static Subscription Compile(SubscriptionSpec spec, SubscriptionKind kind)
    {
        try
        {
            return new Subscription(spec, kind);
        }
        catch (CelException problem)
        {
            var place = spec.Source.Length > 0 ? $"{spec.Source}: " : "";
            throw new SubscriptionException($"{place}subscription to topic '{spec.Topic}' on pubsub '{spec.PubSubName}': {problem.Message}", problem);
        }
    }
}
