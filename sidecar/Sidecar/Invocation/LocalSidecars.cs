using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Sidecar.Invocation;

/// <summary>The sidecars of this process, by namespace and app: a call from one to another needs no socket.</summary>
public sealed class LocalSidecars
{
    private readonly ConcurrentDictionary<(string Namespace, string AppId), ImmutableArray<InboundInvocation>> sidecars = new();

    public void Add(InboundInvocation sidecar) =>
        sidecars.AddOrUpdate((sidecar.Namespace, sidecar.AppId), [sidecar], (_, replicas) => replicas.Add(sidecar));

    public void Remove(InboundInvocation sidecar) =>
        sidecars.AddOrUpdate((sidecar.Namespace, sidecar.AppId), [], (_, replicas) => replicas.Remove(sidecar));

    public ImmutableArray<InboundInvocation> Find(string ns, string appId) => sidecars.GetValueOrDefault((ns, appId), []);
}
