using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>
/// The patches that a run has taken are a list which only grows: what a worker names with each answer begins with what it named before.
/// A worker whose list differs runs other code than the one that made the history, and must not go on with it.
/// </summary>
internal static class PatchLaw
{
    /// <summary>What is wrong, for people; null when nothing is.</summary>
    public static string? Mismatch(InstanceState state, WorkflowResponse response)
    {
        if (state.Patches.Count == 0 || (response.Version is null && (response.Actions.Count == 0 || OnlyTerminates(response))))
        {
            return null;
        }

        var named = response.Version?.Patches.ToList() ?? [];
        return named.Count >= state.Patches.Count && named.Take(state.Patches.Count).SequenceEqual(state.Patches)
            ? null
            : $"Patch mismatch. History patches: [{string.Join(", ", state.Patches)}], current patches: [{string.Join(", ", named)}].";
    }

    /// <summary>What is kept of it on this turn's WorkflowStarted: the patches that are new.</summary>
    public static WorkflowVersion? Kept(InstanceState state, WorkflowResponse response)
    {
        if (response.Version is null || state.Patches.Count == 0)
        {
            return response.Version;
        }

        var kept = new WorkflowVersion();
        kept.Patches.AddRange(response.Version.Patches.Skip(state.Patches.Count));
        return kept.Patches.Count > 0 ? kept : null;
    }

    /// <summary>An answer that a worker gives to a termination without having run the workflow.</summary>
    public static bool OnlyTerminates(WorkflowResponse response) =>
        response.Actions is [{ CompleteWorkflow.WorkflowStatus: OrchestrationStatus.Terminated }];
}
