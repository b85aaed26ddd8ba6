using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Hosting;
using Sidecar.Telemetry;

namespace Sidecar.Http;

/// <summary>
/// The way of every request to the HTTP port: token, route, handler, error. What no route takes is a service invocation.
/// </summary>
public sealed class HttpApi(SidecarOptions options, Router router, ApiHandler invocation, ILogger<HttpApi> log, HttpTelemetry? telemetry = null)
{
    private const string TokenHeader = "dapr-api-token";
    private readonly byte[]? token = options.ApiToken is null ? null : Encoding.UTF8.GetBytes(options.ApiToken);
    private readonly int longestTarget = options.ReadBufferSize + ListenerServer.HeaderSlack;
    private Func<HttpCall, Task>? handle;

    public Task HandleAsync(HttpContext context)
    {
        var call = new HttpCall(context, options.MaxBodySize);
        if (TryRefuse(call, out var refusal))
        {
            return refusal;
        }

        call.TryRoute(router);
        return telemetry is null ? HandleAsync(call) : telemetry.RunAsync(call, handle ??= HandleAsync);
    }

    /// <summary>What Go's server answers by itself, whoever asks.</summary>
    private bool TryRefuse(HttpCall call, out Task answer)
    {
        answer = Task.CompletedTask;
        if (call.RawPath.Length + call.RawQuery.Length > longestTarget)
        {
            answer = call.Refusal("431 Request Header Fields Too Large", StatusCodes.Status431RequestHeaderFieldsTooLarge).AsTask();
        }
        else if (GoUrl.HasBrokenEscape(call.RawPath))
        {
            answer = call.Refusal("400 Bad Request", StatusCodes.Status400BadRequest).AsTask();
        }
        else if (call.RawPath == "*" && HttpMethods.IsOptions(call.Context.Request.Method))
        {
            call.Context.Response.ContentLength = 0;
        }
        else
        {
            return false;
        }

        return true;
    }

    private async Task HandleAsync(HttpCall call)
    {
        var context = call.Context;
        try
        {
            if (token is not null && call.Route is not { IsHealthCheck: true })
            {
                if (!IsAuthentic(context.Request.Headers[TokenHeader].ToString()))
                {
                    await call.PlainError("invalid api token", StatusCodes.Status401Unauthorized);
                    return;
                }

                context.Request.Headers.Remove(TokenHeader);
            }

            call.IsAdmitted = true;
            await AnswerAsync(call);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            log.LogDebug("{Method} {Path}: the caller went away", context.Request.Method, call.Path);
        }
        catch (Exception problem)
        {
            await FailAsync(call, problem);
        }
    }

    private async ValueTask AnswerAsync(HttpCall call)
    {
        if (call.Route is not { } route)
        {
            await invocation(call);
        }
        else
        {
            call.UnescapeParameters();
            await route.Handler(call);
        }
    }

    private async ValueTask FailAsync(HttpCall call, Exception problem)
    {
        if (call.Context.Response.HasStarted)
        {
            log.LogWarning(problem, "{Method} {Path} broke off after its answer had begun", call.Context.Request.Method, call.Path);
            call.Context.Abort();
            return;
        }

        var error = problem switch
        {
            ApiException known => known,
            BadHttpRequestException or BodyTooLargeException or IOException => new ApiException(400, GrpcCode.InvalidArgument, "ERR_BODY_READ", $"failed to read request body: {problem.Message}"),
            _ => new ApiException(500, GrpcCode.Internal, "ERROR", problem.Message),
        };
        if (error.Code == "ERROR")
        {
            log.LogError(problem, "{Method} {Path} failed unexpectedly", call.Context.Request.Method, call.Path);
        }

        call.Context.Response.Headers.Clear();
        telemetry?.Failed(call, error);
        await call.Error(error);
    }

    private bool IsAuthentic(string shown) => CryptographicOperations.FixedTimeEquals(token, Encoding.UTF8.GetBytes(shown));
}
