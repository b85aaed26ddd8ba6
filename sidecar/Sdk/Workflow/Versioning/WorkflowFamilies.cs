using System.Reflection;
using Dapr.Workflow.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Workflow.Versioning;

/// <summary>The workflows of an app that have versions, and which of them a shared name stands for.</summary>
internal sealed class WorkflowFamilies
{
    private readonly Dictionary<string, string> latest = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The class that a new instance of a shared name runs.</summary>
    public string? LatestOf(string name) => latest.GetValueOrDefault(name);

    public void Register(WorkflowsFactory factory, IServiceProvider services)
    {
        var options = services.GetRequiredService<WorkflowVersioningOptions>();
        var diagnostics = services.GetService<IWorkflowVersionDiagnostics>() ?? new DefaultWorkflowVersioningDiagnostics();
        var strategy = options.DefaultStrategy?.Invoke(services) ?? throw new InvalidOperationException("No default workflow versioning strategy is configured.");
        var selector = options.DefaultSelector?.Invoke(services) ?? new MaxVersionSelector();
        var routes = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var family in FoundClasses.Workflows().Select(type => Read(type, strategy, diagnostics, services)).GroupBy(member => member.Identity.CanonicalName, StringComparer.Ordinal))
        {
            var order = Order(family, strategy, diagnostics);
            var chosen = Select(family.Key, [.. family.Select(member => member.Identity)], order, selector, diagnostics);
            var type = family.First(member => member.Identity == chosen).Type;
            factory.Workflow(type, family.Key);
            latest[family.Key] = type.Name;
            routes[family.Key] = [type.Name, .. family.OrderByDescending(member => member.Identity.Version, order).Select(member => member.Type.Name).Where(name => name != type.Name)];
        }

        services.GetService<IWorkflowRouterRegistry>()?.UpdateRoutes(routes);
    }

    private static Member Read(Type type, IWorkflowVersionStrategy unsaid, IWorkflowVersionDiagnostics diagnostics, IServiceProvider services)
    {
        var said = type.GetCustomAttribute<WorkflowVersionAttribute>();
        var own = said?.StrategyType is { } strategyType
            ? services.GetRequiredService<IWorkflowVersionStrategyFactory>().Create(strategyType, said.CanonicalName ?? type.Name, said.OptionsName, services)
            : null;
        var (name, version) = (said?.CanonicalName, said?.Version);
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(version))
        {
            if (!(own ?? unsaid).TryParse(type.Name, out var readName, out var readVersion))
            {
                throw new InvalidOperationException(diagnostics.CouldNotParseMessage(type.FullName!));
            }

            name = string.IsNullOrEmpty(name) ? readName : name;
            version = string.IsNullOrEmpty(version) ? readVersion : version;
        }

        return new Member(type, new WorkflowVersionIdentity(name, version, type.FullName!, type.Assembly.GetName().Name), own);
    }

    private static IWorkflowVersionStrategy Order(IGrouping<string, Member> family, IWorkflowVersionStrategy unsaid, IWorkflowVersionDiagnostics diagnostics)
    {
        var own = family.Where(member => member.Strategy is not null).ToList();
        return own.Select(member => member.Strategy!.GetType()).Distinct().Skip(1).Any()
            ? throw new InvalidOperationException(diagnostics.UnknownStrategyMessage(own[^1].Identity.TypeName, own[^1].Strategy!.GetType()))
            : own.LastOrDefault()?.Strategy ?? unsaid;
    }

    private static WorkflowVersionIdentity Select(
        string name, IReadOnlyList<WorkflowVersionIdentity> versions, IWorkflowVersionStrategy order, IWorkflowVersionSelector selector, IWorkflowVersionDiagnostics diagnostics)
    {
        try
        {
            return selector.SelectLatest(name, versions, order);
        }
        catch (InvalidOperationException undecided)
        {
            var tied = versions.GroupBy(version => version.Version).OrderByDescending(group => group.Key, order).First();
            throw new InvalidOperationException(diagnostics.AmbiguousLatestMessage(name, [.. tied.Select(version => version.Version)]), undecided);
        }
    }

    private sealed record Member(Type Type, WorkflowVersionIdentity Identity, IWorkflowVersionStrategy? Strategy);
}
