using Sidecar.Components;

namespace Sidecar.Tests.PubSub.Brokers;

internal static class Specs
{
    public static ComponentSpec Of(string type, params (string Name, string Value)[] settings) =>
        new("pubsub", type, "v1", new ComponentMetadata(settings.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.OrdinalIgnoreCase)));
}
