namespace Sidecar.Components;

/// <summary>
/// Names the settings of a broker that lose messages. Dapr's defaults do; daprd accepts them, and so does this sidecar unless it
/// was started with --require-safe-brokers.
/// </summary>
public static class BrokerSafety
{
    public static IReadOnlyList<string> Problems(ComponentSpec component)
    {
        if (ComponentTypes.FactoryOf(component.Type, component.Version) != Factory.PubSubRabbit)
        {
            return [];
        }

        var settings = component.Metadata;
        var problems = new List<string>();
        Expect(settings.Bool("durable", fallback: true), "durable should be \"true\": otherwise exchanges and queues are gone when the broker restarts");
        Expect(!settings.Bool("deletedWhenUnused", fallback: true), "deletedWhenUnused should be \"false\": otherwise a queue goes with its last subscriber, and its messages with it");
        Expect(settings.Bool("publisherConfirm"), "publisherConfirm should be \"true\": otherwise nobody knows whether the broker has the message");
        Expect(settings.String("deliveryMode") == "2", "deliveryMode should be \"2\": otherwise messages are gone when the broker restarts");
        Expect(settings.Bool("requeueInFailure"), "requeueInFailure should be \"true\": otherwise a message whose handling fails is thrown away");
        Expect(!settings.Bool("autoAck"), "autoAck should be \"false\": otherwise a message counts as handled before it is");
        Expect(settings.String("prefetchCount") is not ("" or "0"), "prefetchCount should be set, to 10 for instance: otherwise all waiting messages are pushed at one subscriber");
        return problems;

        void Expect(bool isSafe, string advice)
        {
            if (!isSafe)
            {
                problems.Add($"{component.LogName}: {advice}");
            }
        }
    }
}
