using Sidecar.Hosting;
using Sidecar.Resiliency;

namespace Sidecar.Invocation;

/// <summary>The caller's half: brings a call to the app that is meant, wherever it is, and the answer back.</summary>
public sealed class Invoker(
    SidecarOptions options, InboundInvocation self, Peers peers, ExternalServers external, ResiliencyPolicies policies, InvocationTracing tracing)
{
    private readonly string ns = NamespaceOf(options);

    public static string NamespaceOf(SidecarOptions options) => options.Namespace.Length > 0 ? options.Namespace : "default";

    public InvocationTracing Tracing => tracing;

    private Peers Peers => peers;

    /// <summary>The policy of the target, which is for the caller to run: only it knows when an answer has been passed on.</summary>
    public Policy PolicyOf(string target, InvokeRequest request) => policies.App(target, request.Method);

    /// <summary>Throws <see cref="InvocationException"/> when no app answered.</summary>
    public ValueTask<InvokeAnswer> InvokeAsync(string target, InvokeRequest request, CancellationToken cancellation)
    {
        request.Method = MethodPath.Normalize(request.Method);
        if (external.Find(target) is { } server)
        {
            return server.InvokeAsync(request, tracing.Outgoing(request), cancellation);
        }

        var (appId, appNamespace) = Split(target);
        if (appId != options.AppId || appNamespace != ns)
        {
            return CallAsync(appId, appNamespace, request, cancellation);
        }

        return self.App is { } app
            ? InvokeSelfAsync(app, request, cancellation)
            : throw new InvocationException("cannot invoke local endpoint: app channel not initialized");
    }

    private (string AppId, string Namespace) Split(string target)
    {
        var dot = target.IndexOf('.');
        if (target.Length == 0)
        {
            throw new InvocationException("app id is empty");
        }

        return dot < 0 ? (target, ns)
            : target.LastIndexOf('.') == dot ? (target[..dot], target[(dot + 1)..])
            : throw new InvocationException($"invalid app id {target}");
    }

    private async ValueTask<InvokeAnswer> InvokeSelfAsync(AppChannel app, InvokeRequest request, CancellationToken cancellation)
    {
        var answer = await app.InvokeAsync(request, tracing.Outgoing(request), cancellation);
        return request.WantsEvents && answer.Status is >= 200 and < 300 ? answer with { IsDirectEvents = true } : answer;
    }

    private async ValueTask<InvokeAnswer> CallAsync(string appId, string appNamespace, InvokeRequest request, CancellationToken cancellation)
    {
        if (request.Length > options.MaxBodySize)
        {
            throw new StreamTooLargeException();
        }

        CallerFields.Stamp(request, options.AppId, ns, appId);
        var trace = tracing.Outgoing(request);
        var peer = await peers.NextAsync(appNamespace, appId, cancellation);
        if (peer is not IRemotePeer first)
        {
            return await NextDoorAsync(peer, request, trace, cancellation);
        }

        if (request.IsStreaming)
        {
            return await OnceAsync(first, appId, request, trace, cancellation);
        }

        await request.BufferAsync(cancellation);
        var call = new RemoteCall(this, appId, appNamespace, request, trace) { Peer = first };
        return policies.NamesApp(appId)
            ? await call.TryAsync(cancellation)
            : await policies.ServiceRetries.RunAsync(static (call, token) => call.RetryableAsync(token), call, cancellation);
    }

    private static async ValueTask<InvokeAnswer> NextDoorAsync(IPeer peer, InvokeRequest request, TraceContext trace, CancellationToken cancellation)
    {
        try
        {
            return await peer.CallAsync(request, trace, cancellation);
        }
        catch (InvocationException) when (request.Body is PipeSource { IsTooLarge: true })
        {
            throw new StreamTooLargeException();
        }
    }

    private async ValueTask<InvokeAnswer> OnceAsync(IRemotePeer peer, string appId, InvokeRequest request, TraceContext trace, CancellationToken cancellation)
    {
        try
        {
            return await peer.CallAsync(request, trace, cancellation);
        }
        catch (InvocationException problem) when (problem.IsTransient)
        {
            await peers.DropAsync(appId, peer);
            throw;
        }
    }

    /// <summary>A call between sidecars that may be made again, at another replica or a little later.</summary>
    private sealed class RemoteCall(Invoker invoker, string appId, string appNamespace, InvokeRequest request, TraceContext trace)
    {
        private int retries;

        public IPeer? Peer { get; set; }

        /// <summary>One try at each replica.</summary>
        public async ValueTask<InvokeAnswer> TryAsync(CancellationToken cancellation)
        {
            for (var left = invoker.Peers.Count(appNamespace, appId); ; left--)
            {
                var peer = Peer ?? await invoker.Peers.NextAsync(appNamespace, appId, cancellation);
                Peer = null;
                request.Rewind();
                if (peer is not IRemotePeer remote)
                {
                    return await peer.CallAsync(request, trace, cancellation);
                }

                try
                {
                    return await invoker.OnceAsync(remote, appId, request, trace, cancellation);
                }
                catch (InvocationException problem) when (problem.IsTransient && left > 1)
                {
                    // The next replica may do.
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
                throw new InvocationException($"failed to invoke target {appId} after {retries++} retries. Error: {problem.Message}");
            }
            catch (InvocationException problem)
            {
                throw new PermanentException(problem);
            }
        }
    }
}
