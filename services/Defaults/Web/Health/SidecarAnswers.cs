using Dapr.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Library.Defaults.Web.Health;

/// <summary>Asks for what the app needs of its sidecar; whether the app itself is well is not part of it.</summary>
internal sealed class SidecarAnswers(DaprClient dapr) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await dapr.CheckOutboundHealthAsync(cancellationToken)
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The sidecar does not answer, or its components have not started yet.");
}
