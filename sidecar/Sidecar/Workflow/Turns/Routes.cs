using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

internal static class Routes
{
    /// <summary>The app that something is meant for; null for one's own.</summary>
    public static string? Target(TaskRouter? router) =>
        router is { HasTargetAppId: true, TargetAppId.Length: > 0 } && router.TargetAppId != router.SourceAppId ? router.TargetAppId : null;

    /// <summary>What a worker asked for, with who really asks; null when it asked for nothing.</summary>
    public static TaskRouter? From(TaskRouter? asked, string appId)
    {
        if (asked is null)
        {
            return null;
        }

        var router = asked.Clone();
        router.SourceAppId = appId;
        return router;
    }
}
