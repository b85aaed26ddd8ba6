using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dapr.Workflow.Versioning;

/// <summary>How versions are read, compared and selected.</summary>
public sealed class WorkflowVersioningOptions
{
    /// <summary>What reads and compares versions of workflows that do not say.</summary>
    public Func<IServiceProvider, IWorkflowVersionStrategy>? DefaultStrategy { get; set; }

    /// <summary>What selects the version that a name stands for.</summary>
    public Func<IServiceProvider, IWorkflowVersionSelector>? DefaultSelector { get; set; }
}

/// <summary>Lets names stand for the latest of several versions.</summary>
public static class WorkflowVersioningServiceCollectionExtensions
{
    /// <summary>Adds versions to workflows.</summary>
    public static IServiceCollection AddDaprWorkflowVersioning(this IServiceCollection services, Action<WorkflowVersioningOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<WorkflowVersioningOptions>().Configure(configure ?? (_ => { })).PostConfigure(options =>
        {
            options.DefaultStrategy ??= WorkflowVersioningSimpleConfigExtensions.Strategy<NumericVersionStrategy>(null);
            options.DefaultSelector ??= WorkflowVersioningSimpleConfigExtensions.Selector<MaxVersionSelector>(null);
        });
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<WorkflowVersioningOptions>>().Value);
        services.AddSingleton<IWorkflowVersionDiagnostics, DefaultWorkflowVersioningDiagnostics>();
        services.AddSingleton<IWorkflowVersionStrategyFactory, DefaultWorkflowVersionStrategyFactory>();
        services.AddSingleton<IWorkflowVersionSelectorFactory, DefaultWorkflowVersionSelectorFactory>();
        services.AddSingleton<IWorkflowVersionResolver, WorkflowVersionResolver>();
        services.AddSingleton<IWorkflowRouterRegistry, WorkflowRouterRegistry>();
        return services;
    }
}

/// <summary>Says in a word how versions are read, compared and selected.</summary>
public static class WorkflowVersioningSimpleConfigExtensions
{
    private const string Everything = "DEFAULT";

    /// <summary>What reads and compares versions of workflows that do not say.</summary>
    public static IServiceCollection UseDefaultWorkflowStrategy<TStrategy>(this IServiceCollection services, string? optionsName = null)
        where TStrategy : class, IWorkflowVersionStrategy => services.PostConfigure<WorkflowVersioningOptions>(options => options.DefaultStrategy = Strategy<TStrategy>(optionsName));

    /// <summary>What selects the version that a name stands for.</summary>
    public static IServiceCollection UseDefaultWorkflowSelector<TSelector>(this IServiceCollection services, string? optionsName = null)
        where TSelector : class, IWorkflowVersionSelector => services.PostConfigure<WorkflowVersioningOptions>(options => options.DefaultSelector = Selector<TSelector>(optionsName));

    /// <summary>The options of a strategy under a name.</summary>
    public static IServiceCollection ConfigureStrategyOptions<TOptions>(this IServiceCollection services, string name, Action<TOptions> configure)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<TOptions>(name).Configure(configure);
        return services;
    }

    internal static Func<IServiceProvider, IWorkflowVersionStrategy> Strategy<TStrategy>(string? optionsName) =>
        provider => provider.GetRequiredService<IWorkflowVersionStrategyFactory>().Create(typeof(TStrategy), Everything, optionsName, provider);

    internal static Func<IServiceProvider, IWorkflowVersionSelector> Selector<TSelector>(string? optionsName) =>
        provider => provider.GetRequiredService<IWorkflowVersionSelectorFactory>().Create(typeof(TSelector), Everything, optionsName, provider);
}
