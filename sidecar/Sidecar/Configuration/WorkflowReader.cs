using Sidecar.Components;

namespace Sidecar.Configuration;

internal static class WorkflowReader
{
    public static WorkflowConfiguration Read(YamlMap map, WorkflowConfiguration before) => new()
    {
        MaxConcurrentWorkflows = Limit(map, "maxConcurrentWorkflowInvocations") ?? before.MaxConcurrentWorkflows,
        MaxConcurrentActivities = Limit(map, "maxConcurrentActivityInvocations") ?? before.MaxConcurrentActivities,
        GlobalMaxConcurrentWorkflows = Limit(map, "globalMaxConcurrentWorkflowInvocations") ?? before.GlobalMaxConcurrentWorkflows,
        GlobalMaxConcurrentActivities = Limit(map, "globalMaxConcurrentActivityInvocations") ?? before.GlobalMaxConcurrentActivities,
        WorkflowLimits = map.Has("workflowConcurrencyLimits") ? Limits(map, "workflowConcurrencyLimits") : before.WorkflowLimits,
        ActivityLimits = map.Has("activityConcurrencyLimits") ? Limits(map, "activityConcurrencyLimits") : before.ActivityLimits,
        Retention = map.Map("stateRetentionPolicy") is { } retention ? Retention(retention, before.Retention) : before.Retention,
    };

    /// <summary>Zero and less are no limit.</summary>
    private static int? Limit(YamlMap map, string key) => map.Whole(key) is { } limit and > 0 ? limit : null;

    private static Dictionary<string, int> Limits(YamlMap map, string key)
    {
        var limits = new Dictionary<string, int>();
        foreach (var item in map.Maps(key))
        {
            var name = item.RequiredText("name");
            if (Limit(item, "maxConcurrent") is { } limit)
            {
                limits[name] = limit;
            }

            item.NoteUnknown();
        }

        return limits;
    }

    private static WorkflowRetention Retention(YamlMap map, WorkflowRetention before)
    {
        var retention = new WorkflowRetention(
            map.Duration("anyTerminal") ?? before.AnyTerminal,
            map.Duration("completed") ?? before.Completed,
            map.Duration("failed") ?? before.Failed,
            map.Duration("terminated") ?? before.Terminated);
        map.NoteUnknown();
        return retention;
    }
}
