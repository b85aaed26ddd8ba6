#nullable disable
using Dapr.AspNetCore;
using Dapr.Client;
using Microsoft.AspNetCore.Mvc;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives controllers the sidecar.</summary>
public static class DaprMvcBuilderExtensions
{
    /// <summary>Registers the client and parameters from state.</summary>
    public static IMvcBuilder AddDapr(this IMvcBuilder builder, Action<DaprClientBuilder> configureClient = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDaprClient(configureClient);
        builder.Services.Configure<MvcOptions>(options =>
        {
            if (!options.ModelBinderProviders.Any(provider => provider is StateBinderProvider))
            {
                options.ModelBinderProviders.Insert(0, new StateBinderProvider());
            }
        });
        return builder;
    }
}
