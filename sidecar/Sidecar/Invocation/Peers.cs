using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Sidecar.Invocation;

/// <summary>Finds the sidecars of an app, in this process and in others, and takes them in turn.</summary>
public sealed class Peers(LocalSidecars local, INameResolver resolver, Func<string, IRemotePeer> connect, TimeProvider time) : IAsyncDisposable
{
    /// <summary>For as long what was found is used without looking again.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Found> found = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IRemotePeer> remote = new(StringComparer.Ordinal);

    /// <summary>The one whose turn it is. Throws when there is none.</summary>
    public ValueTask<IPeer> NextAsync(string ns, string appId, CancellationToken cancellation)
    {
        var here = local.Find(ns, appId);
        var known = found.GetValueOrDefault(appId);
        if (known is null || (known.Addresses.IsEmpty && here.IsEmpty))
        {
            return LookUpAsync(here, appId, cancellation);
        }

        if (time.GetElapsedTime(known.Since) > Fresh && Interlocked.Exchange(ref known.IsRefreshing, true) is false)
        {
            _ = RefreshAsync(appId);
        }

        return new(Pick(here, known));
    }

    /// <summary>The sidecar at an address, whether it is known to live or not.</summary>
    public IRemotePeer At(string address) => remote.GetOrAdd(address, connect);

    /// <summary>Forgets a sidecar that cannot be reached until it is seen alive again.</summary>
    public async ValueTask DropAsync(string appId, IRemotePeer peer)
    {
        resolver.Distrust(peer.Address);
        if (found.TryGetValue(appId, out var known))
        {
            found.TryUpdate(appId, new Found(known.Addresses.Remove(peer.Address), known.Since), known);
        }

        if (remote.TryRemove(new(peer.Address, peer)))
        {
            await peer.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in remote.Values)
        {
            await peer.DisposeAsync();
        }
    }

    private async ValueTask<IPeer> LookUpAsync(ImmutableArray<InboundInvocation> here, string appId, CancellationToken cancellation)
    {
        var known = await FindAsync(appId).WaitAsync(cancellation);
        return known.Addresses.IsEmpty && here.IsEmpty
            ? throw new InvocationException(resolver.Unknown(appId))
            : Pick(here, known);
    }

    private async Task RefreshAsync(string appId)
    {
        try
        {
            await FindAsync(appId);
        }
        catch (Exception)
        {
            // What was found before serves on; the next call looks again.
            if (found.TryGetValue(appId, out var known))
            {
                known.IsRefreshing = false;
            }
        }
    }

    private async Task<Found> FindAsync(string appId) =>
        found[appId] = new Found(await resolver.FindAsync(appId), time.GetTimestamp());

    private IPeer Pick(ImmutableArray<InboundInvocation> here, Found known)
    {
        var turn = (int)(Interlocked.Increment(ref turns) % (uint)(here.Length + known.Addresses.Length));
        return turn < here.Length ? here[turn] : At(known.Addresses[turn - here.Length]);
    }

    private uint turns;

    private sealed class Found(ImmutableArray<string> addresses, long since)
    {
        public ImmutableArray<string> Addresses { get; } = addresses;

        public long Since { get; } = since;

        public bool IsRefreshing;
    }
}

/// <summary>A sidecar in another process.</summary>
public interface IRemotePeer : IPeer, IAsyncDisposable
{
    string Address { get; }
}

/// <summary>Knows the addresses of the sidecars of other processes.</summary>
public interface INameResolver
{
    ValueTask<ImmutableArray<string>> FindAsync(string appId);

    /// <summary>What to say of an app that nobody knows.</summary>
    string Unknown(string appId);

    /// <summary>Leaves an address out until it is seen alive again.</summary>
    void Distrust(string address);
}
