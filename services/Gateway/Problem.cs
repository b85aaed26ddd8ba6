using Microsoft.AspNetCore.Mvc;

namespace Library.Gateway;

/// <summary>What the gateway itself has to say; problems of the services pass as they are.</summary>
internal static class Problem
{
    private const string SecondsToWait = "1";

    public static Task NotAvailable(HttpContext http, string app) => Write(http, StatusCodes.Status503ServiceUnavailable, "service-not-available", "Service not available",
        $"The service {app} does not answer. Wait as long as the header Retry-After says, then send it again, with the same Idempotency-Key if it changes something.", app);

    public static Task TooSlow(HttpContext http, string app) => Write(http, StatusCodes.Status504GatewayTimeout, "service-too-slow", "Service too slow",
        $"The service {app} did not answer in time. It may have done what was asked: send it again with the same Idempotency-Key, or look.", app);

    public static Task TooMany(HttpContext http, bool isClients) => isClients
        ? Write(http, StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests", "You have too many requests under way. Wait for some of them to be answered.")
        : Write(http, StatusCodes.Status503ServiceUnavailable, "overloaded", "Overloaded", "Too many requests are under way. Wait as long as the header Retry-After says, then send it again.");

    private static Task Write(HttpContext http, int status, string type, string title, string detail, string? app = null)
    {
        http.Response.Headers.RetryAfter = SecondsToWait;
        var problem = new ProblemDetails { Status = status, Type = type, Title = title, Detail = detail };
        if (app is not null)
        {
            problem.Extensions["service"] = app;
        }

        return TypedResults.Problem(problem).ExecuteAsync(http);
    }
}
