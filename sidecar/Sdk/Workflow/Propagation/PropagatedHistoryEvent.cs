using System.Diagnostics.CodeAnalysis;

namespace Dapr.Workflow;

/// <summary>What one workflow did until it called.</summary>
/// <param name="instanceId">Its instance.</param>
/// <param name="appId">Its app.</param>
/// <param name="name">Its name.</param>
/// <param name="activities">The activities that it called.</param>
/// <param name="childWorkflows">The workflows that it called.</param>
public sealed class PropagatedHistoryEvent(
    string instanceId, string appId, string name, IReadOnlyList<PropagatedHistoryActivityResult> activities, IReadOnlyList<PropagatedHistoryWorkflowResult> childWorkflows)
{
    /// <summary>Its instance.</summary>
    public string InstanceId { get; } = instanceId ?? throw new ArgumentNullException(nameof(instanceId));

    /// <summary>Its app.</summary>
    public string AppId { get; } = appId ?? throw new ArgumentNullException(nameof(appId));

    /// <summary>Its name.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The activities that it called.</summary>
    public IReadOnlyList<PropagatedHistoryActivityResult> Activities { get; } = activities ?? throw new ArgumentNullException(nameof(activities));

    /// <summary>The workflows that it called.</summary>
    public IReadOnlyList<PropagatedHistoryWorkflowResult> Workflows { get; } = childWorkflows ?? throw new ArgumentNullException(nameof(childWorkflows));

    /// <summary>The activities of a name.</summary>
    public IReadOnlyList<PropagatedHistoryActivityResult> GetActivitiesByName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return [.. Activities.Where(activity => Same(activity.Name, name))];
    }

    /// <summary>The last activity of a name.</summary>
    public bool TryGetLastActivityByName(string name, [NotNullWhen(true)] out PropagatedHistoryActivityResult? result)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        result = Activities.LastOrDefault(activity => Same(activity.Name, name));
        return result is not null;
    }

    /// <summary>The workflows of a name.</summary>
    public IReadOnlyList<PropagatedHistoryWorkflowResult> GetWorkflowsByName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return [.. Workflows.Where(child => Same(child.Name, name))];
    }

    /// <summary>The last workflow of a name.</summary>
    public bool TryGetLastWorkflowByName(string name, [NotNullWhen(true)] out PropagatedHistoryWorkflowResult? result)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        result = Workflows.LastOrDefault(child => Same(child.Name, name));
        return result is not null;
    }

    internal static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <summary>How a call ended.</summary>
public enum PropagatedHistoryStatus
{
    /// <summary>It has not.</summary>
    Pending = 0,

    /// <summary>Well.</summary>
    Completed = 1,

    /// <summary>It failed.</summary>
    Failed = 2,
}

/// <summary>An activity that was called.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Input">What it was given.</param>
/// <param name="Output">What it gave back.</param>
/// <param name="FailureDetails">Why it failed.</param>
public sealed record PropagatedHistoryActivityResult(string Name, PropagatedHistoryStatus Status, string? Input, string? Output, WorkflowTaskFailureDetails? FailureDetails);

/// <summary>A workflow that was called.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Output">What it gave back.</param>
/// <param name="FailureDetails">Why it failed.</param>
public sealed record PropagatedHistoryWorkflowResult(string Name, PropagatedHistoryStatus Status, string? Output, WorkflowTaskFailureDetails? FailureDetails);
