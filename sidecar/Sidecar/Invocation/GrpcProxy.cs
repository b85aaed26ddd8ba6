using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Invocation.Wire;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;
using Sidecar.Workflow.TaskHub;

namespace Sidecar.Invocation;

/// <summary>
/// Passes on calls of services that are not Dapr's, message by message, to the app that their metadata names: to our own app, or to
/// the sidecar of another one.
/// </summary>
public sealed class GrpcProxy(SidecarOptions options, InboundInvocation self, Peers peers, ResiliencyPolicies policies, Tracer tracer, TimeProvider time)
{
    private const string CalleeHeader = "dapr-callee-app-id";
    private const string TargetHeader = "dapr-app-id";
    private const string CallerHeader = "dapr-caller-app-id";
    private const string StreamHeader = "dapr-stream";
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(1);

    public async ValueTask HandleAsync(GrpcCall call)
    {
        var target = call.RequestHeaders[CalleeHeader] is [{ } callee, ..] ? callee : call.RequestHeaders[TargetHeader].ToString();
        if (target.Length == 0)
        {
            throw GrpcErrors.Of(GrpcCode.Unknown, tracer.IsEnabled && !call.Method.StartsWith(TaskHubGrpc.Service, StringComparison.Ordinal)
                ? $"cannot proxy request: missing {CalleeHeader} or {TargetHeader} metadata"
                : $"failed to proxy request: required metadata {CalleeHeader} or {TargetHeader} not found");
        }

        try
        {
            await (target == options.AppId ? ToAppAsync(self, call, Metadata(call)) : ToSidecarAsync(target, call));
        }
        catch (InvocationException failure)
        {
            throw GrpcErrors.Of(failure.Code, failure.Description);
        }
    }

    private async ValueTask ToAppAsync(InboundInvocation inbound, GrpcCall call, List<KeyValuePair<string, string>> metadata)
    {
        if (inbound.App?.Grpc is not { } app)
        {
            throw new InvocationException(GrpcCode.Internal, "app channel is not initialized");
        }

        metadata.RemoveAll(static field => field.Key is AppToken.Header or TargetHeader);
        if (inbound.AppToken is { } token)
        {
            metadata.Add(new(AppToken.Header, token));
        }

        await new GrpcRelay(call, app, Options(call, metadata)).RunAsync();
    }

    private async ValueTask ToSidecarAsync(string target, GrpcCall call)
    {
        var dot = target.IndexOf('.');
        var (appId, ns) = dot < 0 ? (target, self.Namespace) : (target[..dot], target[(dot + 1)..]);
        var metadata = Metadata(call);
        metadata.RemoveAll(static field => field.Key is TargetHeader or CallerHeader or CalleeHeader or "traceparent" or "grpc-trace-bin" or "tracestate");
        metadata.AddRange(GrpcFields.ToMetadata(tracer.Current));
        metadata.Add(new(CallerHeader, options.AppId));
        metadata.Add(new(CalleeHeader, appId));
        var peer = await peers.NextAsync(ns, appId, call.Cancellation);
        if (peer is InboundInvocation inbound)
        {
            await ToAppAsync(inbound, call, metadata);
            return;
        }

        var remote = (RemoteSidecar)peer;
        var policy = policies.App(target, call.Method);
        var isStream = call.RequestHeaders[StreamHeader] is [{ } word, ..] && Components.ComponentMetadata.IsTruthy(word);
        try
        {
            await remote.UseAsync(channel =>
            {
                var relay = new GrpcRelay(call, channel, Options(call, metadata));
                return isStream || ReferenceEquals(policy, Policy.None) ? relay.RunAsync() : relay.RunAsync(policy);
            });
        }
        catch (GrpcException failure) when (failure is { Code: GrpcCode.Unavailable, InnerException: not null })
        {
            await peers.DropAsync(appId, remote);
            throw;
        }
    }

    private static List<KeyValuePair<string, string>> Metadata(GrpcCall call)
    {
        var metadata = new List<KeyValuePair<string, string>>(call.RequestHeaders.Count + 4);
        foreach (var (name, values) in call.RequestHeaders)
        {
            if (!GrpcFields.IsOfConnection(name))
            {
                foreach (var value in values)
                {
                    metadata.Add(new(name.ToLowerInvariant(), value!));
                }
            }
        }

        return metadata;
    }

    private static TimeSpan Later(TimeSpan left) => left > Soonest ? left : Soonest;

    private GrpcCallOptions Options(GrpcCall call, List<KeyValuePair<string, string>> metadata) => new()
    {
        Metadata = metadata,
        Timeout = call.Deadline is { } deadline ? Later(deadline - time.GetUtcNow()) : null,
    };
}
