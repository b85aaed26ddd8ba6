using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;
using Sidecar.Workflow.Hub;
using Sidecar.Workflow.Hub.Live;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Watch;

/// <summary>Tells as spans and metrics what a hub does. On its loop nothing is read or written: that happens elsewhere.</summary>
internal sealed class HubReport(WorkflowSpans spans, WorkflowMetrics metrics, TimeProvider time) : HubWatch
{
    public override void TurnBegins(LiveInstance instance, Turn turn)
    {
        if (turn.State.History.Count == 0 && instance.Failures == 0)
        {
            metrics.Scheduled(NameOf(instance), time.GetUtcNow() - instance.State.Started.Timestamp.ToDateTimeOffset());
        }
    }

    public override void TurnCommitted(LiveInstance instance, Turn turn, TurnOutcome outcome)
    {
        if (outcome.Ended)
        {
            metrics.Ended(NameOf(instance), turn.State.Status == OrchestrationStatus.Completed, time.GetUtcNow() - turn.State.Started.Timestamp.ToDateTimeOffset());
        }

        if ((outcome.Ended || outcome.Kind == TurnKind.ContinuedAsNew) && spans.Follows(turn.State.Started))
        {
            var (id, history) = (instance.Id, turn.State.History.Slice());
            var last = outcome.Kind == TurnKind.ContinuedAsNew ? turn.NewEvents : [];
            _ = Task.Run(() => spans.Ended(id, [.. history.Read(), .. last]));
        }
    }

    public override void ActivityBegins(ActivityWork activity)
    {
        var span = spans.Activity(activity.Activity.Request, activity.Activity.Workflow);
        activity.Activity.Request.ParentTraceContext = WorkflowSpans.Pass(span);
        activity.Tag = new Running(span, time.GetTimestamp());
    }

    public override void ActivityEnded(ActivityWork activity, ActivityResponse response)
    {
        if (activity.Tag is Running running)
        {
            WorkflowSpans.End(running.Span, response);
            metrics.ActivityEnded(activity.Name, response.FailureDetails is null, time.GetElapsedTime(running.Since));
        }
    }

    public override void TurnFailed(LiveInstance instance, string reason, bool isParked)
    {
        metrics.Repeated(NameOf(instance));
        if (isParked)
        {
            metrics.Parked(NameOf(instance));
        }
    }

    public override void Complained(Complaint complaint) => metrics.Complained();

    private static string NameOf(LiveInstance instance) => instance.State.Started.ExecutionStarted.Name;

    private sealed record Running(Span? Span, long Since);
}
