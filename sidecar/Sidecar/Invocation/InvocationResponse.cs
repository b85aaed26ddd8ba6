using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Grpc;

namespace Sidecar.Invocation;

/// <summary>Writes what an app answered to whoever called over HTTP.</summary>
internal static class InvocationResponse
{
    private const int MostUnsent = 64 * 1024;
    private const int MostCounted = 2048;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonFormatter StatusJson = new(JsonFormatter.Settings.Default.WithTypeRegistry(
        TypeRegistry.FromFiles(Protos.Rpc.RpcReflection.Descriptor)));

    public static async ValueTask WriteAsync(HttpResponse response, InvokeRequest request, InvokeAnswer answer, CancellationToken cancellation)
    {
        if (answer.IsDirectEvents)
        {
            ForwardedFields.CopyEndToEnd(answer.Headers, response.Headers, static (to, name, values) => to.Append(name, values));
            await PumpAsync(response, answer.Body, await answer.Body.ReadAsync(cancellation), cancellation);
            return;
        }

        CopyFields(response, answer);
        response.StatusCode = answer.IsHttp ? answer.Status : GrpcErrors.HttpOfCode((GrpcCode)answer.Status);
        var body = answer.IsHttp || answer.Status == (int)GrpcCode.Ok ? answer.Body : new BytesSource(Json(answer));
        if (answer.ContentType.Length > 0)
        {
            response.ContentType = answer.ContentType;
        }

        if (request.WantsEvents)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            response.Headers.Connection = "keep-alive";
        }

        if (response.StatusCode is 204 or 304 or < 200)
        {
            return;
        }

        var first = await body.ReadAsync(cancellation);
        if (!first.IsEmpty && response.ContentType is null && response.Headers.ContentEncoding.Count == 0)
        {
            response.ContentType = ContentSniffer.TypeOf(first.Span);
        }

        await PumpAsync(response, body, first, cancellation);
    }

    /// <summary>An answer outside of 200 to 399, which daprd reads before it passes it on.</summary>
    public static async ValueTask WriteFailureAsync(HttpResponse response, FailedAnswer failed, CancellationToken cancellation)
    {
        CopyFields(response, failed.Answer);
        response.StatusCode = failed.Answer.Status;
        response.ContentType = failed.Answer.ContentType.Length > 0 ? failed.Answer.ContentType : "application/json";
        response.ContentLength = failed.Body.Length;
        await response.BodyWriter.WriteAsync(failed.Body, cancellation);
    }

    private static void CopyFields(HttpResponse response, InvokeAnswer answer)
    {
        ForwardedFields.Copy(answer.Headers, response.Headers, static (to, name, values) => to.Append(name, values));
        var traceparent = answer.Headers.First("traceparent");
        if (traceparent.Length > 0)
        {
            response.Headers.TraceParent = traceparent;
            response.Headers.TraceState = answer.Headers.First("tracestate") is { Length: > 0 } state ? state : default;
        }
    }

    /// <summary>Each piece goes out at once, unless the next one is there already.</summary>
    private static async ValueTask PumpAsync(HttpResponse response, ByteSource body, ReadOnlyMemory<byte> piece, CancellationToken cancellation)
    {
        if (piece.Length is > 0 and <= MostCounted)
        {
            piece = await PumpSmallAsync(response, body, piece.ToArray(), cancellation);
        }
        else if (!piece.IsEmpty)
        {
            // With the head written, what follows goes straight into Kestrel's buffers.
            await response.StartAsync(cancellation);
        }

        var writer = response.BodyWriter;
        while (!piece.IsEmpty)
        {
            writer.Write(piece.Span);
            var next = body.ReadAsync(cancellation);
            if (!next.IsCompleted || writer.UnflushedBytes > MostUnsent)
            {
                var flush = await writer.FlushAsync(cancellation);
                cancellation.ThrowIfCancellationRequested();
                if (flush.IsCompleted)
                {
                    // Nobody listens any more; what the app still sends is not waited for.
                    return;
                }
            }

            piece = await next;
        }
    }

    /// <summary>Go's server counts a small answer that is whole before it sends the head.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>> PumpSmallAsync(HttpResponse response, ByteSource body, byte[] small, CancellationToken cancellation)
    {
        var reading = body.ReadAsync(cancellation);
        var isWaiting = !reading.IsCompleted;
        if (isWaiting)
        {
            await response.BodyWriter.WriteAsync(small, cancellation);
        }

        var rest = await reading;
        if (isWaiting)
        {
            return rest;
        }

        if (rest.IsEmpty)
        {
            response.ContentLength = small.Length;
        }

        await response.BodyWriter.WriteAsync(small, cancellation);
        return rest;
    }

    private static byte[] Json(InvokeAnswer answer)
    {
        var status = new Protos.Internals.Status { Code = answer.Status, Message = answer.StatusMessage };
        status.Details.AddRange(answer.StatusDetails);
        try
        {
            return Compact(StatusJson.Format(status));
        }
        catch (InvalidOperationException)
        {
            // Details of a type that nobody here knows.
            status.Details.Clear();
            return Compact(StatusJson.Format(status));
        }
    }

    private static byte[] Compact(string json) => JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse(json).RootElement, Plain);
}
