using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Refusals;

/// <summary>A refusal as problem details (RFC 9457), with Retry-After where time mends it.</summary>
public sealed class RefusalResult(Refusal refusal) : IResult
{
    public Refusal Refusal { get; } = refusal;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Refusal.RetryAfter is { } wait)
        {
            httpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        var reasons = Refusal.Reasons.Count == 0 ? null : new Dictionary<string, object?> { ["reasons"] = Refusal.Reasons };
        return TypedResults.Problem(Refusal.Sentence, statusCode: Refusal.Status, type: Refusal.Code, extensions: reasons).ExecuteAsync(httpContext);
    }
}
