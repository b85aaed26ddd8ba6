using Sidecar.Errors;
using Sidecar.Http;

namespace Sidecar.Health;

public sealed class HealthHttp(SidecarHealth health, string appId)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", "v1.0", "healthz", "healthz", HealthAsync) { IsHealthCheck = true, IsPublic = true },
        new("GET", "v1.0", "healthz/outbound", "healthz", OutboundAsync) { IsHealthCheck = true, IsPublic = true },
    ];

    private ValueTask HealthAsync(HttpCall call)
    {
        if (health.Missing is { Count: > 0 } missing)
        {
            throw NotOk("ERR_HEALTH_NOT_READY", $"dapr is not ready: [{string.Join(' ', missing)}]");
        }

        if (call.HasQuery("appid") && call.Query("appid") != appId)
        {
            throw NotOk("ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match");
        }

        call.Empty();
        return ValueTask.CompletedTask;
    }

    private ValueTask OutboundAsync(HttpCall call)
    {
        if (!health.IsOutboundReady)
        {
            throw NotOk("ERR_OUTBOUND_HEALTH_NOT_READY", "dapr outbound is not ready");
        }

        call.Empty();
        return ValueTask.CompletedTask;
    }

    private static ApiException NotOk(string code, string message) => new(500, GrpcCode.Internal, code, message);
}
