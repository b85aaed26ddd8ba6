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
        var call = new RemoteCall(peers, first, appId, appNamespace, request, tracer.Current);
        if (request.IsStreaming)
        {
            return await call.OnceAsync(first, cancellation);
        }

        await request.BufferAsync(cancellation);
        return policies.NamesApp(appId)
            ? await call.TryAsync(cancellation)
            : await policies.ServiceRetries.RunAsync(static (call, token) => call.RetryableAsync(token), call, cancellation);
    }
}
