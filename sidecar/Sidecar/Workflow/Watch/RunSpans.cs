using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Telemetry.Tracing;
using TraceContext = Sidecar.Telemetry.Tracing.TraceContext;

namespace Sidecar.Workflow.Watch;

/// <summary>What the history of a run that is over says as spans: one for the run itself, one without length for each timer that fired.</summary>
internal static class RunSpans
{
    public static IEnumerable<FinishedSpan> Of(string instanceId, ExecutionStartedEvent execution, IReadOnlyList<HistoryEvent> history)
    {
        if (!WorkflowSpans.TryRead(execution.ParentTraceContext, out var parent) || !ulong.TryParse(execution.WorkflowSpanId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id))
        {
            yield break;
        }

        var own = parent with { SpanId = id };
        var completed = history.LastOrDefault(happened => happened.ExecutionCompleted is not null)?.ExecutionCompleted;
        yield return new FinishedSpan(
            WorkflowSpans.Join("orchestration", execution.Name, execution.Version), SpanKind.Server, WorkflowSpans.Scope, own, parent.SpanId, Time(history[0].Timestamp), Time(history[^1].Timestamp))
        {
            Tags = Tags(instanceId, execution, history, completed),
            Events = [.. history.Select(Event).OfType<SpanEvent>()],
            Error = completed?.FailureDetails?.ErrorMessage,
        };
        foreach (var fired in history.Where(happened => happened.TimerFired is not null))
        {
            yield return Timer(instanceId, fired, own);
        }
    }

    private static FinishedSpan Timer(string instanceId, HistoryEvent fired, in TraceContext run)
    {
        var time = Time(fired.Timestamp);
        return new FinishedSpan("timer", SpanKind.Internal, WorkflowSpans.Scope, run with { SpanId = 0 }, run.SpanId, time, time)
        {
            Tags =
            [
                new(WorkflowSpans.Type, "timer"), new("durabletask.fire_at", Time(fired.TimerFired.FireAt).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")),
                new(WorkflowSpans.Task, fired.TimerFired.TimerId.ToString(CultureInfo.InvariantCulture)), new(WorkflowSpans.Instance, instanceId),
            ],
        };
    }

    private static List<KeyValuePair<string, string>> Tags(
        string instanceId, ExecutionStartedEvent execution, IReadOnlyList<HistoryEvent> history, ExecutionCompletedEvent? completed)
    {
        var patches = history.Where(happened => happened.WorkflowStarted?.Version is not null).SelectMany(happened => happened.WorkflowStarted.Version.Patches).ToList();
        return
        [
            new(WorkflowSpans.Type, "orchestration"), new(WorkflowSpans.Name, execution.Name), new(WorkflowSpans.Version, execution.Version ?? ""), new(WorkflowSpans.Instance, instanceId),
            new("durabletask.runtime_status", StatusWords.Of(completed?.WorkflowStatus ?? OrchestrationStatus.ContinuedAsNew)),
            new("applied_patches", patches.Count == 0 ? "" : JsonSerializer.Serialize(patches)),
        ];
    }

    private static SpanEvent? Event(HistoryEvent happened)
    {
        var time = Time(happened.Timestamp);
        return happened.EventTypeCase switch
        {
            HistoryEvent.EventTypeOneofCase.EventRaised =>
                new(time, "Received external event", [new("name", happened.EventRaised.Name), new("size", happened.EventRaised.Input?.Length ?? 0)]),
            HistoryEvent.EventTypeOneofCase.ExecutionSuspended => new(time, "Execution suspended", [new("reason", happened.ExecutionSuspended.Input ?? "")]),
            HistoryEvent.EventTypeOneofCase.ExecutionResumed => new(time, "Execution resumed", [new("reason", happened.ExecutionResumed.Input ?? "")]),
            HistoryEvent.EventTypeOneofCase.ExecutionStalled =>
                new(time, "Execution stalled", [new("reason", $"{happened.ExecutionStalled.Reason}"), new("description", happened.ExecutionStalled.Description)]),
            _ => null,
        };
    }

    private static DateTimeOffset Time(Timestamp time) => time.ToDateTimeOffset();
}
