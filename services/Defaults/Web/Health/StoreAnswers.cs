using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Library.Defaults.Web.Health;

internal sealed class StoreAnswers(DaprClient dapr, string store) : IHealthCheck
{
    private const string NeverWritten = "healthz";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await dapr.GetStateAsync<object?>(store, NeverWritten, cancellationToken: cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (DaprException)
        {
            return HealthCheckResult.Unhealthy($"The state store {store} does not answer.");
        }
    }
}
