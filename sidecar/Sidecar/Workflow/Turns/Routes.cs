using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

internal static class Routes
{
    /// <summary>The app that something is meant for; null for one's own.</summary>
    public static string? Target(TaskRouter? router) =>
        router is { HasTargetAppId: true, TargetAppId.Length: > 0 } && router.TargetAppId != router.SourceAppId ? router.TargetAppId : null;
}
