using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Http;
using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>Follows each request to the HTTP API: its span, its metrics, its line in the log.</summary>
public sealed class HttpTelemetry(Tracer tracer, SidecarMetrics metrics, ApiLog log, TimeProvider time)
{
    private const string Traceparent = "traceparent";
    private const string Tracestate = "tracestate";
    private const string Baggage = "baggage";

    public async Task RunAsync(HttpCall call, Func<HttpCall, Task> answer)
    {
        var started = time.GetTimestamp();
        if (tracer.IsEnabled && !call.RawPath.Contains("/healthz", StringComparison.Ordinal))
        {
            call.Span = Start(call);
            Tracer.Enter(call.Span);
            if (!TryTakeBaggage(call, out var problem))
            {
                call.Context.Response.Headers.XContentTypeOptions = "nosniff";
                await call.Text($"invalid baggage header: {problem}\n", StatusCodes.Status400BadRequest);
                return;
            }

            WriteHeaders(call);
        }

        try
        {
            await answer(call);
        }
        finally
        {
            Completed(call, time.GetElapsedTime(started));
        }
    }

    /// <summary>An error replaces whatever was to be answered; the trace stays.</summary>
    public void Failed(HttpCall call, ApiException error)
    {
        metrics.Errors.Answered(error);
        WriteHeaders(call);
    }

    private Span? Start(HttpCall call)
    {
        var headers = call.Context.Request.Headers;
        var parent = default(TraceContext);
        if (headers.TraceParent is [{ } text, ..] && TraceContext.TryParse(text, out parent))
        {
            parent = parent with { State = TraceState.Parse(headers.TraceState is [{ } state, ..] ? state : "") };
        }

        return tracer.Start(DecodedPath(call), SpanKind.Client, parent);
    }

    private static bool TryTakeBaggage(HttpCall call, out string problem)
    {
        problem = "";
        return call.Context.Request.Headers.Baggage.Count == 0 ||
            Tracing.Baggage.TryParse(string.Join(',', call.Context.Request.Headers.Baggage.ToArray()), out _, out problem);
    }

    private static void WriteHeaders(HttpCall call)
    {
        if (call.Span is not { } span)
        {
            return;
        }

        var headers = call.Context.Response.Headers;
        headers[Traceparent] = span.Traceparent;
        if (span.Tracestate is { } state)
        {
            headers[Tracestate] = state;
        }

        if (call.Context.Request.Headers.Baggage is { Count: > 0 } baggage)
        {
            headers[Baggage] = string.Join(',', baggage.ToArray());
        }
    }

    private void Completed(HttpCall call, TimeSpan elapsed)
    {
        var response = call.Context.Response;
        var size = response.ContentLength ?? call.SentBytes;
        metrics.Http.ServerCompleted(
            call.Context.Request.Method, DecodedPath(call), response.StatusCode, Math.Max(0, call.Context.Request.ContentLength ?? 0), size, elapsed);
        if (call.Span is { } span)
        {
            if (span.IsRecording)
            {
                HttpSpanTags.Write(span, call, DecodedPath(call));
            }

            span.EndHttp(response.StatusCode);
        }

        if (log.IsEnabled && call.IsAdmitted && !(log.OmitsHealthChecks && call.Route is { IsHealthCheck: true }))
        {
            var method = log.ObfuscatesUrls ? EndpointNames.Of(call) : $"{call.Context.Request.Method} {DecodedPath(call)}";
            log.Http(method, response.StatusCode, size, elapsed, call.Context.Request.Headers.UserAgent.ToString());
        }
    }

    private static string DecodedPath(HttpCall call) => PercentEncoding.Decode(call.RawPath);
}
