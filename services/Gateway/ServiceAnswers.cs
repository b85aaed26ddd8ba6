using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Library.Gateway;

internal sealed class ServiceAnswers(Apps apps, string app) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var told = await apps.Ask(app, "/healthz", cancellationToken);
        return told.IsGood ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(told.Reason);
    }
}
