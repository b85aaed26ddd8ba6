using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Sidecar.Invocation;

/// <summary>The sidecars of this process, by namespace and app: a call from one to another needs no socket.</summary>
public sealed class LocalSidecars
{
    private const string AnyNamespace = "";
    private readonly ConcurrentDictionary<(string Namespace, string AppId), ImmutableArray<InboundInvocation>> sidecars = new();

    public void Add(InboundInvocation sidecar)
    {
        foreach (var ns in new[] { sidecar.Namespace, AnyNamespace })
        {
            sidecars.AddOrUpdate((ns, sidecar.AppId), [sidecar], (_, replicas) => replicas.Add(sidecar));
        }
    }

    public void Remove(InboundInvocation sidecar)
    {
        foreach (var ns in new[] { sidecar.Namespace, AnyNamespace })
        {
            sidecars.AddOrUpdate((ns, sidecar.AppId), [], (_, replicas) => replicas.Remove(sidecar));
        }
    }

    /// <summary>Those of the namespace; without any, all, as Dapr's name resolvers on one machine know no namespaces.</summary>
    public ImmutableArray<InboundInvocation> Find(string ns, string appId) =>
        sidecars.TryGetValue((ns, appId), out var found) && !found.IsEmpty ? found : sidecars.GetValueOrDefault((AnyNamespace, appId), []);
}
