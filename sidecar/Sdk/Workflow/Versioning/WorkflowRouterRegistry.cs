namespace Dapr.Workflow.Versioning;

/// <summary>The names under which workflows can be started.</summary>
public sealed class WorkflowRouterRegistry : IWorkflowRouterRegistry
{
    private volatile Routes routes = new([], []);

    /// <inheritdoc/>
    public void UpdateRoutes(IReadOnlyDictionary<string, IReadOnlyList<string>> routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        this.routes = new Routes([.. routes.Values], [.. routes.Keys, .. routes.Values.SelectMany(names => names).Where(name => !string.IsNullOrWhiteSpace(name))]);
    }

    /// <inheritdoc/>
    public bool Contains(string workflowName) => !string.IsNullOrWhiteSpace(workflowName) && routes.Names.Contains(workflowName);

    /// <inheritdoc/>
    public bool TryResolveLatest(out string workflowName)
    {
        workflowName = routes.Families is [[var latest, ..]] ? latest : "";
        return !string.IsNullOrWhiteSpace(workflowName);
    }

    private sealed record Routes(IReadOnlyList<IReadOnlyList<string>> Families, HashSet<string> Names);
}
