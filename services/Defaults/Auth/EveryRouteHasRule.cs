using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Library.Defaults.Auth;

/// <summary>Before the service listens: an endpoint that nobody said anything of keeps it from starting.</summary>
internal sealed class EveryRouteHasRule : IHostedLifecycleService
{
    /// <summary>Those of the app, also what is added to it later.</summary>
    public IEndpointRouteBuilder? Routes { get; set; }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var endpoints = Routes?.DataSources.SelectMany(source => source.Endpoints) ?? [];
        string[] without = [.. endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Rule>() is null).Select(endpoint => endpoint.DisplayName ?? "an endpoint without a name")];
        return without.Length == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException(
                $"Say who may use {string.Join(", ", without)}: OpenToAnyone(), ForSignedIn(), ForRoles(...) or ForServices(...) on the endpoint or its group.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
