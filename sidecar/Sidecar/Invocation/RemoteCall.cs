using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation;

/// <summary>A call between processes that may be made again, at another replica or a little later.</summary>
internal sealed class RemoteCall(Peers peers, IRemotePeer first, string appId, string ns, InvokeRequest request, Span? span)
{
    private IRemotePeer? next = first;
    private IRemotePeer? last;
    private InvocationException? failure;
    private int retries;

    public async ValueTask<InvokeAnswer> OnceAsync(IRemotePeer peer, CancellationToken cancellation)
    {
        try
        {
            return await peer.CallAsync(request, span, cancellation);
        }
        catch (InvocationException problem) when (problem.IsUnreached)
        {
            await peers.DropAsync(appId, peer);
            throw;
        }
    }

    /// <summary>One try at each replica, and a second one where it was only the connection that broke.</summary>
    public async ValueTask<InvokeAnswer> TryAsync(CancellationToken cancellation)
    {
        HashSet<string>? tried = null;
        HashSet<string>? broken = null;
        while (true)
        {
            var peer = await NextAsync(isFirst: tried is null, cancellation);
            if (peer is null || (peer is IRemotePeer again && tried?.Contains(again.Address) == true))
            {
                throw failure!;
            }

            request.Rewind();
            if (peer is not IRemotePeer remote)
            {
                return await peer.CallAsync(request, span, cancellation);
            }

            try
            {
                return await OnceAsync(remote, cancellation);
            }
            catch (InvocationException problem) when (problem.IsTransient)
            {
                (failure, last) = (problem, remote);
                if (problem.IsUnreached || !(broken ??= new(StringComparer.Ordinal)).Add(remote.Address))
                {
                    (tried ??= new(StringComparer.Ordinal)).Add(remote.Address);
                }
            }
        }
    }

    /// <summary>For a policy that tries again when it was the way that failed, and nothing else.</summary>
    public async ValueTask<InvokeAnswer> RetryableAsync(CancellationToken cancellation)
    {
        try
        {
            return await TryAsync(cancellation);
        }
        catch (InvocationException problem) when (problem.IsTransient)
        {
            throw new InvocationException($"failed to invoke target {appId} after {retries++} retries. Error: {problem.Message}");
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            throw new PermanentException(problem);
        }
    }

    /// <summary>With nobody known to live, the last one may be back at its address; null when that has been tried just now.</summary>
    private async ValueTask<IPeer?> NextAsync(bool isFirst, CancellationToken cancellation)
    {
        if (next is { } known)
        {
            next = null;
            return known;
        }

        try
        {
            return await peers.NextAsync(ns, appId, cancellation);
        }
        catch (InvocationException) when (last is not null)
        {
            return isFirst ? peers.At(last.Address) : null;
        }
    }
}
