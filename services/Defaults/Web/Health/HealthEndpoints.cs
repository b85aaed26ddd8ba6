using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Library.Defaults.Auth;
using Library.Defaults.Web.Telemetry;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Library.Defaults.Web.Health;

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/livez", () => TypedResults.Ok(new Alive("alive"))).OpenToAnyone().WithMetadata(OpenToAll.Mark, Untraced.Mark).ExcludeFromDescription();
        routes.MapGet("/healthz", Ready).OpenToAnyone().WithMetadata(OpenToAll.Mark, Untraced.Mark).WithSummary("Whether everything behind it is ready");
    }

    private static async Task<IResult> Ready(Blink<HealthReport> readiness, HttpContext http)
    {
        var report = await readiness.Ask().WaitAsync(http.RequestAborted);
        var checks = report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new Check(entry.Key, Reason(entry.Value) is null, Reason(entry.Value))).ToArray();
        http.Response.Headers.CacheControl = "no-store";
        return checks.Where(check => !check.Ready).Select(check => $"{check.Name}: {check.Reason}").ToArray() is { Length: > 0 } missing
            ? NotReady(http, checks, string.Join(' ', missing))
            : TypedResults.Ok(new Health("ready", checks));
    }

    private static IResult NotReady(HttpContext http, Check[] checks, string missing)
    {
        http.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem(new ProblemDetails
        {
            Type = "not-ready",
            Title = "Not ready",
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = missing,
            Extensions = { ["checks"] = checks },
        });
    }

    /// <summary>What a check threw stays inside; only sentences that it wrote itself are told.</summary>
    private static string? Reason(HealthReportEntry entry) =>
        entry.Status == HealthStatus.Healthy ? null
        : entry.Exception is null && entry.Description is { } sentence ? sentence
        : "It does not answer in time.";

    private sealed record Alive(string Status);

    private sealed record Health(string Status, IReadOnlyList<Check> Checks);

    private sealed record Check(string Name, bool Ready, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
}
