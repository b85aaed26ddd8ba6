using Dapr;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Library.Defaults.Projections;

/// <summary>A query service is ready once each of its projections has been built.</summary>
internal sealed class ProjectionAnswers(Generations generations) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return (await generations.Recent(cancellationToken)).Current is null
                ? HealthCheckResult.Unhealthy("The view is being built for the first time; GET /projections shows how far it is.")
                : HealthCheckResult.Healthy();
        }
        catch (DaprException)
        {
            return HealthCheckResult.Unhealthy("The store of the view does not answer.");
        }
    }
}
