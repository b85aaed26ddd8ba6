using Sidecar.Errors;
using Sidecar.Hosting;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation;

/// <summary>Where a call can be sent: a sidecar of the app that is meant.</summary>
public interface IPeer
{
    /// <param name="span">What the call belongs to at the caller; null where nothing is traced.</param>
    ValueTask<InvokeAnswer> CallAsync(InvokeRequest request, Span? span, CancellationToken cancellation);
}

/// <summary>The callee's half: what this sidecar does with calls of its app that other sidecars send. There is no app without an app port.</summary>
public sealed class InboundInvocation(SidecarOptions options, AppChannel? app, Tracer tracer, RuntimeMetrics metrics) : IPeer
{
    public string AppId => options.AppId;

    public string Namespace { get; } = Invoker.NamespaceOf(options);

    public AppChannel? App => app;

    /// <summary>What this sidecar shows to its app.</summary>
    public string? AppToken => options.AppToken;

    /// <summary>A call from a sidecar in the same process, with the span that a call through the internal port would have.</summary>
    public async ValueTask<InvokeAnswer> CallAsync(InvokeRequest request, Span? span, CancellationToken cancellation)
    {
        var own = tracer.Start(InternalMessages.CallLocalStream, SpanKind.Server, span?.Context ?? default);
        Tracer.Enter(own);
        if (own is { IsRecording: true })
        {
            own.Tag("dapr.protocol", "grpc");
            own.Tag("dapr.api", InternalMessages.CallLocalStream);
            GrpcSpanTags.WriteLocal(own, AppId, request.Method);
        }

        try
        {
            var answer = await AnswerAsync(request, own, cancellation);
            own?.EndGrpc(GrpcCode.Ok, "");
            return answer;
        }
        catch (InvocationException failure)
        {
            own?.EndGrpc(failure.Code, failure.Description);
            throw;
        }
    }

    /// <summary>A call that came through the internal port, whose span is the current one.</summary>
    public ValueTask<InvokeAnswer> AnswerAsync(InvokeRequest request, CancellationToken cancellation)
    {
        var span = tracer.Current;
        if (span is { IsRecording: true })
        {
            GrpcSpanTags.WriteLocal(span, AppId, request.Method);
        }

        return AnswerAsync(request, span, cancellation);
    }

    private async ValueTask<InvokeAnswer> AnswerAsync(InvokeRequest request, Span? span, CancellationToken cancellation)
    {
        if (app is null)
        {
            throw new InvocationException(GrpcCode.Internal, "app channel is not initialized");
        }

        request.Method = MethodPath.Normalize(request.Method);
        var caller = request.Metadata.First("dapr-caller-app-id") is { Length: > 0 } named ? named : "unknown";
        metrics.InvocationReceived(caller);
        try
        {
            var answer = await app.InvokeAsync(request, span, cancellation);
            metrics.InvocationAnswered(caller, answer.Status);
            return request.WantsEvents ? await EventsAsync(answer) : answer;
        }
        catch (InvocationException failure)
        {
            metrics.InvocationAnswered(caller, (int)GrpcCode.Internal);
            throw new InvocationException(GrpcCode.Internal, $"error invoking app channel: {failure.Message}");
        }
    }

    /// <summary>A stream of events goes on without its status, and only when it is one.</summary>
    private async ValueTask<InvokeAnswer> EventsAsync(InvokeAnswer answer)
    {
        if (app!.IsHttp && answer.Status is >= 200 and < 300)
        {
            return answer with { Status = (int)GrpcCode.Ok, ContentType = "" };
        }

        await answer.DisposeAsync();
        throw new InvocationException("no response received from stream");
    }
}
