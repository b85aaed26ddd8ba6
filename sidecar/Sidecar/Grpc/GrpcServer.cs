using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sidecar.Errors;
using Sidecar.Hosting;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Logging;

namespace Sidecar.Grpc;

/// <summary>
/// gRPC over Kestrel's HTTP/2. <paramref name="other"/> takes the methods that nobody registered. What a handler throws becomes the
/// status of its call; the connection lives on.
/// </summary>
public sealed class GrpcServer(
    SidecarOptions options, GrpcMethods methods, GrpcHandler other, TimeProvider time, ILogger<GrpcServer> log, GrpcTelemetry? telemetry = null)
{
    private const string ContentType = "application/grpc";
    private const string TokenHeader = "dapr-api-token";
    private readonly byte[]? token = options.ApiToken is null ? null : Encoding.UTF8.GetBytes(options.ApiToken);

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!TryAccept(context, out var timeout))
        {
            return;
        }

        using var call = new GrpcCall(context, path, options.MaxBodySize, context.Request.Headers.GrpcEncoding.ToString(), timeout, time);
        try
        {
            Authenticate(context.Request.Headers);
            await RunAsync(call);
            Finish(call, GrpcCode.Ok, "", null);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            log.LogDebug("{Method}: the caller went away", path);
            End(call, GrpcCode.Canceled, "context canceled");
        }
        catch (Exception problem)
        {
            await FailAsync(call, problem);
        }
    }

    private ValueTask RunAsync(GrpcCall call)
    {
        var encoding = call.RequestHeaders.GrpcEncoding.ToString();
        if (encoding is not ("" or "identity" or GrpcGzip.Name))
        {
            throw GrpcErrors.UnknownEncoding(encoding, GrpcCode.Unimplemented);
        }

        var method = methods.Find(call.Method);
        if (method is null && call.Method.LastIndexOf('/') <= 0)
        {
            throw GrpcErrors.Unimplemented($"malformed method name: {GoText.Quote(call.Method)}");
        }

        var isStreaming = method is not { IsStreaming: false };
        call.Watch = method is { IsInternal: true } ? null : telemetry?.Begin(call.Context, call.Method, isStreaming);

        // A peer may keep a stream open and silent; only the one message of a unary call has to arrive at a decent rate.
        if (isStreaming && call.Context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        return (method?.Handler ?? other)(call);
    }

    /// <summary>False when the request is no gRPC, and has been answered.</summary>
    private static bool TryAccept(HttpContext context, out TimeSpan? timeout)
    {
        timeout = null;
        var contentType = context.Request.ContentType ?? "";
        var isGrpc = contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) &&
            (contentType.Length == ContentType.Length || contentType[ContentType.Length] is '+' or ';');
        if (!isGrpc)
        {
            Refuse(context, 415, GrpcCode.InvalidArgument, $"invalid gRPC request content-type {GoText.Quote(contentType)}");
            return false;
        }

        context.Response.ContentType = contentType.Length <= ContentType.Length + 1 ? ContentType : $"{ContentType}+{contentType[(ContentType.Length + 1)..]}";
        if (context.Request.Headers.GrpcTimeout is [{ } text] && !GrpcTimeout.TryParse(text, out timeout, out var problem))
        {
            Refuse(context, 400, GrpcCode.Internal, $"malformed grpc-timeout: {problem}");
            return false;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            Refuse(context, 405, GrpcCode.Internal, $"Received a HEADERS frame with :method \"{context.Request.Method}\" which should be POST");
            return false;
        }

        if (timeout <= TimeSpan.Zero)
        {
            Refuse(context, 200, GrpcCode.DeadlineExceeded, "context deadline exceeded");
            return false;
        }

        return true;
    }

    private static void Refuse(HttpContext context, int status, GrpcCode code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.Headers[GrpcStatus.CodeHeader] = GrpcStatus.Number(code);
        context.Response.Headers[GrpcStatus.MessageHeader] = GrpcStatus.Escape(message);
    }

    private void Authenticate(IHeaderDictionary headers)
    {
        if (token is null)
        {
            return;
        }

        if (!headers.TryGetValue(TokenHeader, out var shown))
        {
            throw GrpcErrors.OfHttp(401, "missing api token in request metadata");
        }

        if (!CryptographicOperations.FixedTimeEquals(token, Encoding.UTF8.GetBytes(shown[0] ?? "")))
        {
            throw GrpcErrors.OfHttp(401, "authentication error: api token mismatch");
        }

        headers.Remove(TokenHeader);
    }

    private async ValueTask FailAsync(GrpcCall call, Exception problem)
    {
        // Headers that the handler set are metadata of their own; without any, status and headers are one.
        var hasMetadata = call.ResponseHeaders.Count > 1;
        if (hasMetadata && !call.Context.Response.HasStarted)
        {
            await call.Context.Response.BodyWriter.FlushAsync();
        }

        switch (problem)
        {
            case GrpcException passed:
                Finish(call, passed.Code, passed.Message, passed.Details);
                break;
            case OperationCanceledException when call.IsExpired:
                Finish(call, GrpcErrors.DeadlineExceeded());
                break;
            case OperationCanceledException:
                Finish(call, GrpcErrors.Canceled());
                break;
            case ApiException known:
                Finish(call, known);
                break;
            case BadHttpRequestException or IOException:
                log.LogDebug(problem, "{Method}: the request broke off", call.Method);
                Finish(call, GrpcErrors.Internal(problem.Message));
                break;
            default:
                log.LogError(problem, "{Method} failed unexpectedly", call.Method);
                Finish(call, GrpcErrors.Of(GrpcCode.Unknown, problem.Message));
                break;
        }
    }

    private void Finish(GrpcCall call, ApiException error) => Finish(call, error.GrpcCode, error.Message, GrpcStatus.Details(error));

    private void Finish(GrpcCall call, GrpcCode code, string message, Protos.Rpc.Status? details)
    {
        End(call, code, message);
        var isWhole = code == GrpcCode.Ok || call.Context.Response.HasStarted;
        var target = isWhole ? call.Trailers : call.ResponseHeaders;
        target.GrpcStatus = GrpcStatus.Number(code);
        target.GrpcMessage = GrpcStatus.Escape(message);
        if (details is not null)
        {
            target[GrpcStatus.DetailsHeader] = GrpcMetadata.Encode(details.ToByteArray());
        }
    }

    private void End(GrpcCall call, GrpcCode code, string message)
    {
        if (call.Watch is { } watch)
        {
            telemetry!.End(watch, code, message);
        }
    }
}
