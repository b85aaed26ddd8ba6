using System.Text.Json;
using System.Text.RegularExpressions;
using Dapr;
using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Library.Defaults.Web.Problems;

/// <summary>What was thrown, as a problem: the log gets all of it, the caller a sentence.</summary>
internal sealed partial class Failures(IProblemDetailsService problems, ILogger<Failures> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is RefusedException refused)
        {
            LogRefused(httpContext.Request.Method, httpContext.Request.Path, refused.Refusal.Status, refused.Refusal.Code, refused.InnerException?.Message);
            await refused.Refusal.ToProblem().ExecuteAsync(httpContext);
            return true;
        }

        var problem = exception switch
        {
            BadHttpRequestException bad => Misunderstood(bad),
            DaprException or HttpRequestException => Unreachable(httpContext, exception),
            _ => Unexpected(httpContext, exception),
        };
        httpContext.Response.StatusCode = problem.Status!.Value;
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
        return true;
    }

    private static ProblemDetails Misunderstood(BadHttpRequestException bad) => new()
    {
        Status = bad.StatusCode,
        Detail = bad.StatusCode == StatusCodes.Status400BadRequest ? $"{WhatIsWrong(bad)} GET /openapi.json describes what is expected." : null,
    };

    /// <summary>The messages of the framework name our types; where it is wrong is all that the sender needs.</summary>
    private static string WhatIsWrong(BadHttpRequestException bad) => bad.InnerException switch
    {
        JsonException { Path: null or "$" } => "The body is not the JSON that is expected here: a member is missing, unknown or doubled, or the end is.",
        JsonException json => $"The body is not the JSON that is expected here, at {json.Path}.",
        _ when Parameter().Match(bad.Message) is { Success: true } found =>
            $"The parameter {found.Groups["name"].ValueSpan} is missing or has the wrong form.",
        _ => "The body is missing, or the request is malformed.",
    };

    private ProblemDetails Unreachable(HttpContext http, Exception exception)
    {
        LogUnreachable(http.Request.Method, http.Request.Path, exception);
        http.Response.Headers.RetryAfter = "1";
        return new ProblemDetails
        {
            Type = "sidecar-not-available",
            Title = "Not available",
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = "The sidecar of this service, or what is behind it, does not answer. Wait as long as the header Retry-After says, then send it again.",
        };
    }

    private ProblemDetails Unexpected(HttpContext http, Exception exception)
    {
        LogUnexpected(http.Request.Method, http.Request.Path, exception);
        return new ProblemDetails { Status = StatusCodes.Status500InternalServerError };
    }

    [GeneratedRegex("parameter \"\\S+ (?<name>\\w+)\" (from|was not provided from (route|query|header))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} answers {Status} {Code}: {Cause}")]
    private partial void LogRefused(string method, PathString path, int status, string code, string? cause);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} answers 503: the sidecar or what is behind it does not answer")]
    private partial void LogUnreachable(string method, PathString path, Exception exception);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogUnexpected(string method, PathString path, Exception exception);
}
