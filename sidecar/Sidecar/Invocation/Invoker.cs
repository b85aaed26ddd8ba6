using Sidecar.Hosting;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation;

/// <summary>The caller's half: brings a call to the app that is meant, wherever it is, and the answer back.</summary>
public sealed class Invoker(
    SidecarOptions options,
    InboundInvocation self,
    Peers peers,
    ExternalServers external,
    ResiliencyPolicies policies,
    Tracer tracer,
    RuntimeMetrics metrics,
    TimeProvider time)
{
    private readonly string ns = NamespaceOf(options);

    public static string NamespaceOf(SidecarOptions options) => options.Namespace.Length > 0 ? options.Namespace : "default";

    /// <summary>The policy of the target, which is for the caller to run: only it knows when an answer has been passed on.</summary>
    public Policy PolicyOf(string target, InvokeRequest request) => policies.App(target, request.Method);

    /// <summary>Throws <see cref="InvocationException"/> when no app answered.</summary>
    public ValueTask<InvokeAnswer> InvokeAsync(string target, InvokeRequest request, CancellationToken cancellation)
    {
        request.Method = MethodPath.Normalize(request.Method);
        if (external.Find(target) is { } server)
        {
            return server.InvokeAsync(request, tracer.Current, cancellation);
        }

        var (appId, appNamespace) = Split(target);
        return appId == options.AppId && appNamespace == ns
            ? InvokeSelfAsync(request, cancellation)
            : MeasuredAsync(appId, appNamespace, request, cancellation);
    }

    private (string AppId, string Namespace) Split(string target)
    {
        if (target.Length == 0)
        {
            throw new InvocationException("app id is empty");
        }

        var dot = target.IndexOf('.');
        return dot < 0 ? (target, ns)
            : target.LastIndexOf('.') == dot ? (target[..dot], target[(dot + 1)..])
            : throw new InvocationException($"invalid app id {target}");
    }

    private async ValueTask<InvokeAnswer> InvokeSelfAsync(InvokeRequest request, CancellationToken cancellation)
    {
        var app = self.App ?? throw new InvocationException("cannot invoke local endpoint: app channel not initialized");
        var answer = await app.InvokeAsync(request, tracer.Current, cancellation);
        return request.WantsEvents && answer.Status is >= 200 and < 300 ? answer with { IsDirectEvents = true } : answer;
    }

    private async ValueTask<InvokeAnswer> MeasuredAsync(string appId, string appNamespace, InvokeRequest request, CancellationToken cancellation)
    {
        if (request.Length > options.MaxBodySize)
        {
            throw new StreamTooLargeException();
        }

        CallerFields.Stamp(request, options.AppId, ns, appId);
        var peer = await peers.NextAsync(appNamespace, appId, cancellation);
        var started = time.GetTimestamp();
        metrics.InvocationSent(appId);
        var answer = peer is IRemotePeer remote
            ? await CallRemoteAsync(remote, appId, appNamespace, request, cancellation)
            : await CallLocalAsync(peer, request, cancellation);
        metrics.InvocationCompleted(appId, answer.Status, time.GetElapsedTime(started));
        return answer;
    }

    private async ValueTask<InvokeAnswer> CallLocalAsync(IPeer peer, InvokeRequest request, CancellationToken cancellation)
    {
        try
        {
            return await peer.CallAsync(request, tracer.Current, cancellation);
        }
        catch (InvocationException) when (request.Body is PipeSource { IsTooLarge: true })
        {
            throw new StreamTooLargeException();
        }
    }

    private async ValueTask<InvokeAnswer> CallRemoteAsync(IRemotePeer first, string appId, string appNamespace, InvokeRequest request, CancellationToken cancellation)
    {
        var call = new RemoteCall(peers, appId, appNamespace, request, tracer.Current) { Peer = first };
        if (request.IsStreaming)
        {
            return await call.OnceAsync(first, cancellation);
        }

        await request.BufferAsync(cancellation);
        return policies.NamesApp(appId)
            ? await call.TryAsync(cancellation)
            : await policies.ServiceRetries.RunAsync(static (call, token) => call.RetryableAsync(token), call, cancellation);
    }

    /// <summary>A call between processes that may be made again, at another replica or a little later.</summary>
    private sealed class RemoteCall(Peers peers, string appId, string appNamespace, InvokeRequest request, Span? span)
    {
        private int tries;
        private InvocationException? unreached;

        /// <summary>Whose turn it is; null when that is still to be found out.</summary>
        public IPeer? Peer { get; set; }

        public async ValueTask<InvokeAnswer> OnceAsync(IRemotePeer peer, CancellationToken cancellation)
        {
            try
            {
                return await peer.CallAsync(request, span, cancellation);
            }
            catch (InvocationException problem) when (problem.IsTransient)
            {
                await peers.DropAsync(appId, peer);
                throw;
            }
        }

        /// <summary>One try at each replica, also at those that become known meanwhile.</summary>
        public async ValueTask<InvokeAnswer> TryAsync(CancellationToken cancellation)
        {
            HashSet<string>? tried = null;
            while (true)
            {
                var peer = await NextAsync(cancellation);
                request.Rewind();
                if (peer is not IRemotePeer remote)
                {
                    return await peer.CallAsync(request, span, cancellation);
                }

                if (tried?.Contains(remote.Address) == true)
                {
                    throw unreached!;
                }

                try
                {
                    return await OnceAsync(remote, cancellation);
                }
                catch (InvocationException problem) when (problem.IsTransient)
                {
                    unreached = problem;
                    (tried ??= new(StringComparer.Ordinal)).Add(remote.Address);
                }
            }
        }

        public async ValueTask<InvokeAnswer> RetryableAsync(CancellationToken cancellation)
        {
            try
            {
                return await TryAsync(cancellation);
            }
            catch (InvocationException problem) when (problem.IsTransient)
            {
                throw new InvocationException($"failed to invoke target {appId} after {tries++} retries. Error: {problem.Message}");
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                throw new PermanentException(problem);
            }
        }

        /// <summary>That nobody is left tells less than why the last one could not be reached.</summary>
        private async ValueTask<IPeer> NextAsync(CancellationToken cancellation)
        {
            if (Peer is { } first)
            {
                Peer = null;
                return first;
            }

            try
            {
                return await peers.NextAsync(appNamespace, appId, cancellation);
            }
            catch (InvocationException) when (unreached is not null)
            {
                throw unreached;
            }
        }
    }
}
