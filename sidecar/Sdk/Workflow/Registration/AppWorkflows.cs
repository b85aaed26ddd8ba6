using Dapr.Workflow.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Everything that an app has, in the order in which names are given away: what it says itself, versions, what others add, what is found.</summary>
internal static class AppWorkflows
{
    public static WorkflowsFactory Of(IServiceProvider services, WorkflowRuntimeOptions options)
    {
        var factory = new WorkflowsFactory(services.GetRequiredService<ILogger<WorkflowsFactory>>());
        options.ApplyRegistrations(factory);
        if (services.GetService<IWorkflowVersionStrategyFactory>() is not null)
        {
            Add(factory, added => WorkflowVersioningRegistry.All().ToList().ForEach(registration => registration(added, services)));
            services.GetRequiredService<WorkflowFamilies>().Register(factory, services);
        }

        Add(factory, added => WorkflowAutoRegistry.All().ToList().ForEach(registration => registration(added)));
        foreach (var workflow in FoundClasses.Workflows())
        {
            factory.Workflow(workflow);
        }

        foreach (var activity in FoundClasses.Activities())
        {
            factory.Activity(activity);
        }

        return factory;
    }

    private static void Add(WorkflowsFactory factory, Action<WorkflowRuntimeOptions> register)
    {
        var added = new WorkflowRuntimeOptions();
        register(added);
        added.ApplyRegistrations(factory);
    }
}
