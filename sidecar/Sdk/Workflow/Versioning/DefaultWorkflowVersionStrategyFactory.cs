using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Workflow.Versioning;

/// <summary>Makes strategies from the app's services.</summary>
public sealed class DefaultWorkflowVersionStrategyFactory : IWorkflowVersionStrategyFactory
{
    /// <inheritdoc/>
    public IWorkflowVersionStrategy Create(Type strategyType, string canonicalName, string? optionsName, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(strategyType);
        ArgumentNullException.ThrowIfNull(services);
        if (!strategyType.IsAssignableTo(typeof(IWorkflowVersionStrategy)))
        {
            throw new InvalidOperationException($"Strategy '{strategyType.FullName}' is no {nameof(IWorkflowVersionStrategy)}.");
        }

        var strategy = (IWorkflowVersionStrategy)(services.GetService(strategyType) ?? ActivatorUtilities.CreateInstance(services, strategyType));
        (strategy as IWorkflowVersionStrategyContextConsumer)?.Configure(new WorkflowVersionStrategyContext(canonicalName, optionsName));
        return strategy;
    }
}

/// <summary>Makes selectors from the app's services.</summary>
public sealed class DefaultWorkflowVersionSelectorFactory : IWorkflowVersionSelectorFactory
{
    /// <inheritdoc/>
    public IWorkflowVersionSelector Create(Type selectorType, string canonicalName, string? optionsName, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(selectorType);
        ArgumentNullException.ThrowIfNull(services);
        return (services.GetService(selectorType) ?? ActivatorUtilities.CreateInstance(services, selectorType)) as IWorkflowVersionSelector
            ?? throw new InvalidOperationException($"Selector '{selectorType.FullName}' is no {nameof(IWorkflowVersionSelector)}.");
    }
}
