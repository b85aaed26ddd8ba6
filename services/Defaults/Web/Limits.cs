using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Web;

/// <summary>How much a request may weigh and how long it may take.</summary>
internal static class Limits
{
    private const int MaxHeaders = 64;
    private static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(10);

    public static void AddLimits(this IServiceCollection services)
    {
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<WebOptions>>((kestrel, web) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = web.Value.MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = web.Value.MaxHeaderBytes;
            kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
            kestrel.Limits.RequestHeadersTimeout = HeadersTime;
        });
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<WebOptions>>((timeouts, web) => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = web.Value.RequestTime,
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = TookTooLong,
        });
    }

    /// <summary>503, not 504: to a sidecar that delivers a message it means "again, later".</summary>
    private static Task TookTooLong(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return http.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new ProblemDetailsContext
        {
            HttpContext = http,
            ProblemDetails = new ProblemDetails
            {
                Type = "too-slow",
                Title = "Too slow",
                Status = StatusCodes.Status503ServiceUnavailable,
                Detail = "It took too long. It may have been done: send it again with the same Idempotency-Key, or look.",
            },
        }).AsTask();
    }
}
