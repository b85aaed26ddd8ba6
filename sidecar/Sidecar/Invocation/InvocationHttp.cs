using StatusCodes = Microsoft.AspNetCore.Http.StatusCodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Resiliency;

namespace Sidecar.Invocation;

/// <summary>Invocation over the HTTP API: every request that no route takes.</summary>
public sealed class InvocationHttp(SidecarOptions options, Invoker invoker, ILogger<InvocationHttp> log)
{
    public async ValueTask HandleAsync(HttpCall call)
    {
        var path = DecodablePath(call.RawPath);
        if (!MethodPath.TryDecode(ref path))
        {
            await call.Text("400 Bad Request", status: 400);
            return;
        }

        var target = InvocationAddress.Of(path, call.Context.Request.Headers);
        if (target.AppId.Length == 0)
        {
            throw InvocationException.NoTarget();
        }

        call.Target = target;
        var request = Request(call, target.Method);
        var work = new Exchange(target.AppId, request, call.Context.Response);
        try
        {
            await ExchangeAsync(work, invoker.PolicyOf(target.AppId, request), call.Cancellation);
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !call.Cancellation.IsCancellationRequested)
        {
            if (!work.IsAnswering)
            {
                throw InvocationException.Answer(target.AppId, problem);
            }

            log.LogWarning("HTTP service invocation failed to complete with error: {Problem}", problem.Message);
        }
        finally
        {
            await request.Body.DisposeAsync();
        }
    }

    private async ValueTask ExchangeAsync(Exchange work, Policy policy, CancellationToken cancellation)
    {
        if (ReferenceEquals(policy, Policy.None))
        {
            if (await TryAsync(work, cancellation) is { } failure)
            {
                await InvocationResponse.WriteFailureAsync(work.Response, failure, cancellation);
            }

            return;
        }

        if (policy.HasRetries && !work.Request.IsStreaming)
        {
            await work.Request.BufferAsync(cancellation);
        }

        try
        {
            await policy.RunAsync(static (state, token) => state.Item1.TryUnderPolicyAsync(state.work, token), (this, work), cancellation);
        }
        catch (AppStatusException streamed) when (work.IsAnswering)
        {
            log.LogDebug("HTTP service invocation completed with non-success status: {Problem}", streamed.Message);
        }
        catch (AppFailedException failed)
        {
            await InvocationResponse.WriteFailureAsync(work.Response, failed.Answer, cancellation);
        }
    }

    /// <summary>What the policy sees: a status outside of 200 to 399 is a failure, and whatever was passed on is final.</summary>
    private async ValueTask<bool> TryUnderPolicyAsync(Exchange work, CancellationToken cancellation)
    {
        try
        {
            work.Request.Rewind();
            if (await TryAsync(work, cancellation) is { } failure)
            {
                throw new AppFailedException(failure);
            }

            var status = work.Response.StatusCode;
            return work.Request.IsStreaming && status is < 200 or > 399
                ? throw new AppStatusException(status, $"streaming request received non-2xx response: {status}")
                : true;
        }
        catch (Exception problem) when (problem is not (AppFailedException or OperationCanceledException) && (work.IsAnswering || work.Request.IsStreaming))
        {
            throw new PermanentException(problem);
        }
    }

    /// <summary>Passes an answer on. One that a policy may not accept comes back instead, its body read.</summary>
    private async ValueTask<FailedAnswer?> TryAsync(Exchange work, CancellationToken cancellation)
    {
        await using var answer = await invoker.InvokeAsync(work.AppId, work.Request, cancellation);
        var isFailure = answer.IsHttp && answer.Status is < 200 or > 399;
        if (isFailure && !work.Request.IsStreaming)
        {
            return new FailedAnswer(answer, await answer.Body.ReadAllAsync(cancellation));
        }

        work.IsAnswering = true;
        await InvocationResponse.WriteAsync(work.Response, work.Request, answer, cancellation);
        return null;
    }

    private InvokeRequest Request(HttpCall call, string method)
    {
        var http = call.Context.Request;
        var fields = new HeaderFields(http.Headers.Count + 8);
        foreach (var (name, values) in http.Headers)
        {
            if (name[0] != ':' && !name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                fields.Append(name, values);
            }
        }

        var mayHaveBody = call.Context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };
        var isStreaming = http.ContentLength is null && mayHaveBody;
        if (isStreaming && call.Context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            // A stream may stay silent for as long as it likes.
            rate.MinDataRate = null;
        }

        return new InvokeRequest
        {
            Method = method,
            Verb = GrpcFields.KnownVerb(http.Method),
            Query = call.RawQuery,
            ContentType = http.ContentType ?? "",
            Metadata = fields,
            IsStreaming = isStreaming,
            Body = mayHaveBody ? new PipeSource(http.BodyReader, options.MaxBodySize) : ByteSource.Empty,
        };
    }

    /// <summary>Neither cleaned nor decoded, as the method may need its slashes.</summary>
    private static string DecodablePath(string path) =>
        path.StartsWith('/') ? path : Uri.TryCreate(path, UriKind.Absolute, out var absolute) ? absolute.AbsolutePath : "/" + path;

    private sealed class Exchange(string appId, InvokeRequest request, HttpResponse response)
    {
        public string AppId => appId;

        public InvokeRequest Request => request;

        public HttpResponse Response => response;

        /// <summary>Something of an answer is on its way to the caller: no other can follow.</summary>
        public bool IsAnswering { get; set; }
    }

    private sealed class AppFailedException(FailedAnswer answer)
        : AppStatusException(answer.Answer.Status, $"received non-successful status code in response: {answer.Answer.Status}")
    {
        public FailedAnswer Answer => answer;
    }
}

/// <summary>An answer that a policy may want to try again, with its whole body.</summary>
internal sealed record FailedAnswer(InvokeAnswer Answer, ReadOnlyMemory<byte> Body);
