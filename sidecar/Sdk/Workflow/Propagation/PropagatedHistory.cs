using System.Diagnostics.CodeAnalysis;

namespace Dapr.Workflow;

/// <summary>What those who called a workflow let it know of their history, the farthest first.</summary>
/// <param name="events">One entry for each of them.</param>
public sealed class PropagatedHistory(IReadOnlyList<PropagatedHistoryEvent> events)
{
    /// <summary>One entry for each of them.</summary>
    public IReadOnlyList<PropagatedHistoryEvent> Events { get; } = events ?? throw new ArgumentNullException(nameof(events));

    /// <summary>Their apps, each once.</summary>
    public IReadOnlyList<string> GetAppIds() => [.. Events.Select(entry => entry.AppId).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Those of a workflow's name.</summary>
    public IReadOnlyList<PropagatedHistoryEvent> GetEventsByWorkflowName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return [.. Events.Where(entry => PropagatedHistoryEvent.Same(entry.Name, name))];
    }

    /// <summary>The last of a workflow's name.</summary>
    public bool TryGetLastWorkflowEventByName(string name, [NotNullWhen(true)] out PropagatedHistoryEvent? result)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        result = Events.LastOrDefault(entry => PropagatedHistoryEvent.Same(entry.Name, name));
        return result is not null;
    }

    /// <summary>Those of an app.</summary>
    public IReadOnlyList<PropagatedHistoryEvent> GetByAppId(string appId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(appId);
        return [.. Events.Where(entry => PropagatedHistoryEvent.Same(entry.AppId, appId))];
    }

    /// <summary>Those of an instance.</summary>
    public IReadOnlyList<PropagatedHistoryEvent> GetByInstanceId(string instanceId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        return [.. Events.Where(entry => entry.InstanceId == instanceId)];
    }
}
