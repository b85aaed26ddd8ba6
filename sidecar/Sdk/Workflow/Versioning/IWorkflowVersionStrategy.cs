namespace Dapr.Workflow.Versioning;

/// <summary>Reads versions from names and compares them.</summary>
public interface IWorkflowVersionStrategy : IComparer<string>
{
    /// <summary>What the name of a class says; false if nothing.</summary>
    bool TryParse(string typeName, out string canonicalName, out string version);

    /// <summary>Which version is later.</summary>
    new int Compare(string? v1, string? v2);
}

/// <summary>A strategy that wants to know for which workflow it is.</summary>
public interface IWorkflowVersionStrategyContextConsumer
{
    /// <summary>Told once, before anything is asked.</summary>
    void Configure(WorkflowVersionStrategyContext context);
}

/// <summary>Makes strategies.</summary>
public interface IWorkflowVersionStrategyFactory
{
    /// <summary>A strategy for a workflow.</summary>
    IWorkflowVersionStrategy Create(Type strategyType, string canonicalName, string? optionsName, IServiceProvider services);
}

/// <summary>Says which version a workflow's name stands for.</summary>
public interface IWorkflowVersionSelector
{
    /// <summary>The version.</summary>
    WorkflowVersionIdentity SelectLatest(string canonicalName, IReadOnlyCollection<WorkflowVersionIdentity> candidates, IWorkflowVersionStrategy strategy);
}

/// <summary>Makes selectors.</summary>
public interface IWorkflowVersionSelectorFactory
{
    /// <summary>A selector for a workflow.</summary>
    IWorkflowVersionSelector Create(Type selectorType, string canonicalName, string? optionsName, IServiceProvider services);
}

/// <summary>Finds the version that a workflow's name stands for.</summary>
public interface IWorkflowVersionResolver
{
    /// <summary>The version; false, and why, if it cannot be told.</summary>
    bool TryGetLatest(WorkflowFamily family, out WorkflowVersionIdentity latest, out string? diagnosticId, out string? diagnosticMessage);
}

/// <summary>The names under which workflows can be started.</summary>
public interface IWorkflowRouterRegistry
{
    /// <summary>Replaces all: shared names, and the names of their versions, the latest first.</summary>
    void UpdateRoutes(IReadOnlyDictionary<string, IReadOnlyList<string>> routes);

    /// <summary>Whether a name is known.</summary>
    bool Contains(string workflowName);

    /// <summary>The latest version of the only workflow; false if there are several or none.</summary>
    bool TryResolveLatest(out string workflowName);
}
