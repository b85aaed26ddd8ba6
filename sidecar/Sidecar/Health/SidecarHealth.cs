using System.Collections.Concurrent;

namespace Sidecar.Health;

/// <summary>
/// What must be up before the sidecar says that it is. Outbound is its own half: an app may call out before it listens itself.
/// </summary>
public sealed class SidecarHealth
{
    /// <summary>The app was found and asked what it wants.</summary>
    public const string Runtime = "runtime";

    private readonly ConcurrentDictionary<string, bool> targets = new(StringComparer.Ordinal);
    private volatile bool outbound;

    public bool IsOutboundReady
    {
        get => outbound;
        set => outbound = value;
    }

    /// <summary>Names of what is not ready yet.</summary>
    public IReadOnlyList<string> Missing => [.. targets.Where(target => !target.Value).Select(target => target.Key).Order(StringComparer.Ordinal)];

    public void Expect(string target) => targets.TryAdd(target, false);

    public void Ready(string target) => targets[target] = true;

    public void NotReady(string target) => targets[target] = false;
}
