using System.Diagnostics;

namespace Dapr.Workflow.Worker;

/// <summary>Activities are spans; a turn only knows its trace, so that what it logs or calls belongs there.</summary>
internal static class WorkTrace
{
    private static readonly ActivitySource Source = new("Dapr.Workflow");

    public static Activity? OfActivity(Protocol.ActivityRequest request)
    {
        var told = request.ParentTraceContext;
        if (string.IsNullOrEmpty(told?.TraceParent))
        {
            return null;
        }

        var name = $"WorkflowActivity {request.Name}";
        return System.Diagnostics.ActivityContext.TryParse(told.TraceParent, told.TraceState, isRemote: true, out var parent) && Source.StartActivity(name, ActivityKind.Internal, parent) is { } span
            ? span
            : Plain(name, told);
    }

    public static Activity? OfTurn(Protocol.TraceContext? told) =>
        string.IsNullOrEmpty(told?.TraceParent) ? null : Plain("WorkflowOrchestrationTurn", told);

    public static void Failed() => Activity.Current?.SetStatus(ActivityStatusCode.Error);

    private static Activity Plain(string name, Protocol.TraceContext told)
    {
        var activity = new Activity(name).SetParentId(told.TraceParent);
        activity.TraceStateString = string.IsNullOrEmpty(told.TraceState) ? null : told.TraceState;
        return activity.Start();
    }
}
