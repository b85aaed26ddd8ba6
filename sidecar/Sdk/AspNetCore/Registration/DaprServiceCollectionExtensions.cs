using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client of the sidecar.</summary>
public static class DaprServiceCollectionExtensions
{
    /// <summary>Registers a <see cref="DaprClient"/> unless there is one.</summary>
    public static void AddDaprClient(this IServiceCollection services, Action<DaprClientBuilder>? configure = null, ServiceLifetime lifetime = ServiceLifetime.Singleton) =>
        services.AddDaprClient((_, builder) => configure?.Invoke(builder), lifetime);

    /// <summary>Registers a <see cref="DaprClient"/> that is configured with other services, unless there is one.</summary>
    public static void AddDaprClient(this IServiceCollection services, Action<IServiceProvider, DaprClientBuilder> configure, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAdd(new ServiceDescriptor(typeof(DaprClient), provider => Build(provider, configure), lifetime));
    }

    private static DaprClient Build(IServiceProvider provider, Action<IServiceProvider, DaprClientBuilder>? configure)
    {
        var builder = new DaprClientBuilder(provider.GetService<IConfiguration>());
        configure?.Invoke(provider, builder);
        return builder.Build();
    }
}
