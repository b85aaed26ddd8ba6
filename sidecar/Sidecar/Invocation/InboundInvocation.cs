using Sidecar.Errors;
using Sidecar.Hosting;

namespace Sidecar.Invocation;

/// <summary>Where a call can be sent: a sidecar of the app that is meant.</summary>
public interface IPeer
{
    ValueTask<InvokeAnswer> CallAsync(InvokeRequest request, TraceContext trace, CancellationToken cancellation);
}

/// <summary>The callee's half: what this sidecar does with calls of its app that other sidecars send. It has no app when there is no app port.</summary>
/// <param name="refusesCalls">The access control list's word for callers that show no certificate, which without TLS are all.</param>
public sealed class InboundInvocation(SidecarOptions options, AppChannel? app, InvocationTracing tracing, bool refusesCalls = false) : IPeer
{
    public string AppId => options.AppId;

    public string Namespace { get; } = Invoker.NamespaceOf(options);

    public AppChannel? App => app;

    /// <summary>Throws what a sidecar answers over gRPC; an app that answers anything at all is no failure.</summary>
    public async ValueTask<InvokeAnswer> CallAsync(InvokeRequest request, TraceContext trace, CancellationToken cancellation)
    {
        var span = tracing.StartIncoming(AppId, request, trace);
        try
        {
            var answer = await AnswerAsync(request, span?.Context ?? trace, cancellation);
            span?.End(null);
            return answer;
        }
        catch (InvocationException failure)
        {
            span?.End(failure);
            throw;
        }
    }

    public void ThrowIfRefused(string method, string verb)
    {
        if (refusesCalls)
        {
            throw new InvocationException(GrpcCode.PermissionDenied, $"access control policy has denied access to id:  operation: {method} verb: {verb}");
        }
    }

    private async ValueTask<InvokeAnswer> AnswerAsync(InvokeRequest request, TraceContext trace, CancellationToken cancellation)
    {
        if (app is null)
        {
            throw new InvocationException(GrpcCode.Internal, "app channel is not initialized");
        }

        request.Method = MethodPath.Normalize(request.Method);
        ThrowIfRefused(request.Method, app.IsHttp && request.Verb is not null ? request.Verb : "NONE");
        InvokeAnswer answer;
        try
        {
            answer = await app.InvokeAsync(request, trace, cancellation);
        }
        catch (InvocationException failure)
        {
            throw Failed(failure.Message);
        }

        return request.WantsEvents ? await EventsAsync(answer) : answer;
    }

    /// <summary>A stream of events goes on without its status, and only when it is one.</summary>
    private async ValueTask<InvokeAnswer> EventsAsync(InvokeAnswer answer)
    {
        if (app!.IsHttp && answer.Status is >= 200 and < 300)
        {
            return answer with { Status = (int)GrpcCode.Ok, ContentType = "" };
        }

        await answer.DisposeAsync();
        throw Failed("no response received from stream");
    }

    private static InvocationException Failed(string reason) => new(GrpcCode.Internal, $"error invoking app channel: {reason}");
}
