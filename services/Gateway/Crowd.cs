using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Library.Gateway;

/// <summary>So many requests at once, in all and of one client. Nobody queues: who waits in line holds a connection and learns nothing.</summary>
internal static class Crowd
{
    public static void AddCrowd(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<GatewayOptions>>((limiter, gateway) =>
        {
            var all = Limit(gateway.Value.MaxRequests, _ => "");
            var client = Limit(gateway.Value.MaxRequestsOfOneClient, http => http.Connection.RemoteIpAddress?.ToString() ?? "");
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(client, all);
            limiter.OnRejected = (rejected, _) =>
                new ValueTask(Problem.TooMany(rejected.HttpContext, isClients: all.GetStatistics(rejected.HttpContext)?.CurrentAvailablePermits != 0));
        });
    }

    private static PartitionedRateLimiter<HttpContext> Limit(int most, Func<HttpContext, string> of) => PartitionedRateLimiter.Create<HttpContext, string>(http =>
        RateLimitPartition.GetConcurrencyLimiter(of(http), _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 }));
}
