using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>Follows each call to a gRPC server of the sidecar: its span, its metrics, its line in the log.</summary>
public sealed class GrpcTelemetry(string appId, Tracer tracer, SidecarMetrics metrics, ApiLog log, TimeProvider time)
{
    private const string TraceHeader = "grpc-trace-bin";
    private const string LocalMethodHeader = "__dapr_calllocalstream_method";
    private const string InternalPrefix = "/dapr.proto.internals.";
    private const string RuntimePrefix = "/dapr.proto.runtime.";
    private const string WorkflowPrefix = "/TaskHubSidecarService";
    private const string InvokeService = "/dapr.proto.runtime.v1.Dapr/InvokeService";
    private const string CallLocalStream = "/dapr.proto.internals.v1.ServiceInvocation/CallLocalStream";

    /// <summary>
    /// A call has been let in. Its span is the current one of the calling async method from here on. Throws when its baggage is none.
    /// </summary>
    public GrpcWatch Begin(HttpContext context, string method, bool isStream)
    {
        var started = time.GetTimestamp();
        var headers = context.Request.Headers;
        var isProxied = isStream && !IsOurs(method);
        Span? span = null;
        if (tracer.IsEnabled)
        {
            var baggage = Baggage(headers);
            span = tracer.Start(method, Kind(method, isStream, isProxied, headers), Parent(headers));
            Tracer.Enter(span);
            WriteHeaders(context.Response.Headers, span!, baggage, sendsTrace: !isStream && method != InvokeService);
            if (span is { IsRecording: true })
            {
                WriteTags(span, method, isProxied, headers);
            }
        }

        return new GrpcWatch(method, isStream, started)
        {
            AppId = appId,
            Span = span,
            IsProxied = isProxied && headers.ContainsKey("dapr-app-id"),
            UserAgent = log.IsEnabled ? headers.UserAgent.ToString() : "",
        };
    }

    public void End(GrpcWatch watch, GrpcCode code, string message)
    {
        var elapsed = time.GetElapsedTime(watch.Started);
        if (!watch.IsStream)
        {
            metrics.Grpc.ServerCompleted(watch.Method, code, watch.RequestSize, watch.ResponseSize, elapsed);
        }
        else if (watch.IsProxied)
        {
            metrics.Grpc.StreamCompleted(watch.Method, code, isFromApp: true, elapsed);
        }

        watch.Span?.EndGrpc(code, message);
        if (log.IsEnabled)
        {
            log.Grpc(watch.Method, (int)code, elapsed, watch.UserAgent);
        }
    }

    /// <summary>Binary when there is any, and then nothing else: the text form is for callers that do not know the binary one.</summary>
    private static TraceContext Parent(IHeaderDictionary headers)
    {
        if (headers.TryGetValue(TraceHeader, out var binary) && binary is [{ } encoded, ..])
        {
            return GrpcMetadata.TryDecode(encoded, out var bytes) && TraceContext.TryReadBinary(bytes, out var context) ? context : default;
        }

        return headers.TraceParent is [{ } text, ..] && TraceContext.TryParse(text, out var parsed) ? parsed : default;
    }

    private static string Baggage(IHeaderDictionary headers)
    {
        if (headers.Baggage.Count == 0)
        {
            return "";
        }

        return Tracing.Baggage.TryParse(string.Join(',', headers.Baggage.ToArray()), out var canonical, out var problem)
            ? canonical
            : throw new ApiException(400, GrpcCode.InvalidArgument, "", $"invalid baggage header: {problem}");
    }

    private static void WriteHeaders(IHeaderDictionary headers, Span span, string baggage, bool sendsTrace)
    {
        if (baggage.Length > 0)
        {
            headers.Baggage = baggage;
        }

        if (sendsTrace)
        {
            headers[TraceHeader] = GrpcMetadata.Encode(span.Context.ToBinary());
        }
    }

    private void WriteTags(Span span, string method, bool isProxied, IHeaderDictionary headers)
    {
        GrpcSpanTags.WriteMetadata(span, headers);
        if (isProxied)
        {
            return;
        }

        span.Tag("dapr.protocol", "grpc");
        span.Tag("dapr.api", method);
        if (method == CallLocalStream)
        {
            GrpcSpanTags.WriteLocal(span, appId, headers[LocalMethodHeader].ToString());
        }
    }

    private SpanKind Kind(string method, bool isStream, bool isProxied, IHeaderDictionary headers)
    {
        if (isProxied)
        {
            var target = headers.TryGetValue("dapr-callee-app-id", out var callee) ? callee : headers["dapr-app-id"];
            return target.ToString() == appId ? SpanKind.Server : SpanKind.Client;
        }

        var serves = method.StartsWith(InternalPrefix, StringComparison.Ordinal) || (isStream && method.StartsWith(WorkflowPrefix, StringComparison.Ordinal));
        return serves ? SpanKind.Server : SpanKind.Client;
    }

    private static bool IsOurs(string method) =>
        method.StartsWith(InternalPrefix, StringComparison.Ordinal) || method.StartsWith(RuntimePrefix, StringComparison.Ordinal) ||
        method.StartsWith(WorkflowPrefix, StringComparison.Ordinal);
}
