using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Library.Gateway;

/// <summary>Passes a request on by invocation and its answer back, both as they flow.</summary>
internal sealed partial class Forwarder(HttpClient sidecar, IOptions<GatewayOptions> options, TimeProvider time, ILogger<Forwarder> log)
{
    public async Task Forward(HttpContext http, string app, string path)
    {
        using var deadline = new CancellationTokenSource(options.Value.AnswerTime, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, deadline.Token);
        using var request = Request(http, app, path);
        using var answer = await Send(http, app, request, deadline.Token, end.Token);
        if (answer is null)
        {
            return;
        }

        if (IsOfTheSidecar(answer))
        {
            LogAnswer(app, (int)answer.StatusCode);
            await Problem.NotAvailable(http, app);
            return;
        }

        deadline.CancelAfter(options.Value.AnswerTime);
        await Answer(http, app, answer, end.Token);
    }

    private static HttpRequestMessage Request(HttpContext http, string app, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(http.Request.Method), $"http://{app}{path}{http.Request.QueryString.Value}");
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            request.Content = new FlowingBody(http.Request.Body);
        }

        Fields.CopyIn(http.Request, request);
        return request;
    }

    /// <summary>Services say every failure as a problem; anything else comes from a sidecar that could not reach them.</summary>
    private static bool IsOfTheSidecar(HttpResponseMessage answer) =>
        (int)answer.StatusCode is >= 500 or 401 or 403 && answer.Content.Headers.ContentType?.MediaType != "application/problem+json";

    private async Task<HttpResponseMessage?> Send(HttpContext http, string app, HttpRequestMessage request, CancellationToken deadline, CancellationToken end)
    {
        try
        {
            return await sidecar.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end);
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
        {
            // A body that is too large or ends early fails while it is sent; that is the client's doing.
            if (Cause<BadHttpRequestException>(exception) is { } bad)
            {
                throw bad;
            }

            if (!http.RequestAborted.IsCancellationRequested)
            {
                LogFailure(app, exception.Message);
                await (deadline.IsCancellationRequested ? Problem.TooSlow(http, app) : Problem.NotAvailable(http, app));
            }

            return null;
        }
    }

    private async Task Answer(HttpContext http, string app, HttpResponseMessage answer, CancellationToken end)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        Fields.CopyOut(answer, http.Response);
        try
        {
            await answer.Content.CopyToAsync(http.Response.Body, end);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            // Half an answer must not look like a whole one.
            if (!http.RequestAborted.IsCancellationRequested)
            {
                LogFailure(app, exception.Message);
            }

            http.Abort();
        }
    }

    private static T? Cause<T>(Exception? exception) where T : Exception
    {
        while (exception is not null and not T)
        {
            exception = exception.InnerException;
        }

        return (T?)exception;
    }

    [LoggerMessage(LogLevel.Warning, "{App} does not answer: {Reason}")]
    private partial void LogFailure(string app, string reason);

    [LoggerMessage(LogLevel.Warning, "{App} cannot be reached: the sidecar answered {Status}")]
    private partial void LogAnswer(string app, int status);
}
