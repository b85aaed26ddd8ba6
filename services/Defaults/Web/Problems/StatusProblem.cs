using Microsoft.AspNetCore.Mvc;

namespace Library.Defaults.Web.Problems;

/// <summary>What is said of a status when nobody said more. The types are stable: clients may decide by them.</summary>
internal static class StatusProblem
{
    public static void Complete(ProblemDetails problem, WebOptions limits)
    {
        var (type, title, sentence) = Of(problem.Status ?? 500, limits);
        if (IsOfTheFramework(problem.Type))
        {
            problem.Type = type;
            problem.Title = title;
        }

        problem.Title ??= title;
        problem.Detail ??= sentence;
    }

    private static bool IsOfTheFramework(string? type) => type is null or "about:blank" || type.StartsWith("https://tools.ietf.org/", StringComparison.Ordinal);

    private static (string Type, string Title, string Sentence) Of(int status, WebOptions limits) => status switch
    {
        400 => ("bad-request", "Bad request", "The request cannot be understood. GET /openapi.json describes what is expected."),
        401 => ("not-authenticated", "Not authenticated", "Say who you are, with a token that is still valid."),
        403 => ("not-allowed", "Not allowed", "You may not do this; somebody with another role may."),
        404 => ("not-found", "Not found", "There is nothing at this address. GET /openapi.json lists what there is."),
        405 => ("method-not-allowed", "Method not allowed", "This address does not take this method; the header Allow lists those that it takes."),
        408 => ("request-too-slow", "Request too slow", "The request did not arrive in time. Send it again."),
        409 => ("conflict", "Conflict", "Somebody else changed this meanwhile. Read it again and decide anew."),
        413 => ("too-large", "Too large", $"The body is too large; {limits.MaxBodyBytes} bytes are the limit."),
        415 => ("media-type-not-supported", "Media type not supported", "Send the body as application/json."),
        422 => ("not-possible", "Not possible", "The request is understood, but cannot be done."),
        429 => ("too-many-requests", "Too many requests", "Too many requests at once. Wait as long as the header Retry-After says, then send it again."),
        503 => ("not-available", "Not available", "This cannot be answered now. Wait as long as the header Retry-After says, then send it again."),
        504 => ("too-slow", "Too slow", "The answer did not come in time. It may have been done: send it again with the same Idempotency-Key, or look."),
        >= 500 => ("failed", "Failed", "Something went wrong on our side. Tell us the traceId: the log of the service says more."),
        _ => ("refused", "Refused", "The request is refused."),
    };
}
