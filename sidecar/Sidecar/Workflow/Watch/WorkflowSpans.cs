using System.Globalization;
using Sidecar.Protos.Workflow;
using Sidecar.Telemetry.Tracing;
using Passed = Sidecar.Protos.Workflow.TraceContext;
using TraceContext = Sidecar.Telemetry.Tracing.TraceContext;

namespace Sidecar.Workflow.Watch;

/// <summary>
/// The spans of workflows: of a creation, of an activity, and of a run, which is told from its history once it is over and so survives
/// every restart. What belongs to a trace that is not sampled leaves no trace anywhere.
/// </summary>
internal sealed class WorkflowSpans(Tracer tracer)
{
    internal const string Scope = "durabletask";
    internal const string Type = "durabletask.type";
    internal const string Name = "durabletask.task.name";
    internal const string Version = "durabletask.task.version";
    internal const string Instance = "durabletask.task.instance_id";
    internal const string Task = "durabletask.task.task_id";

    /// <summary>The creation of an instance; without a parent it begins a trace.</summary>
    public Span? Create(string name, string? version, string instanceId, in TraceContext parent)
    {
        var span = tracer.Start(Join("create_orchestration", name, version), SpanKind.Client, parent, Scope);
        if (span is { IsRecording: true })
        {
            Tag(span, "orchestration", name, version, instanceId);
        }

        return span;
    }

    /// <summary>An activity that goes to a worker; null when its workflow is not traced. The worker's own spans hang below it.</summary>
    public Span? Activity(ActivityRequest request, Passed? workflow)
    {
        if (!TryRead(workflow, out var parent) || tracer.Start(Join("activity", request.Name, request.Version), SpanKind.Server, parent, Scope) is not { } span)
        {
            return null;
        }

        if (span.IsRecording)
        {
            Tag(span, "activity", request.Name, request.Version, request.WorkflowInstance.InstanceId);
            span.Tag(Task, request.TaskId.ToString(CultureInfo.InvariantCulture));
        }

        return span;
    }

    public static void End(Span? activity, ActivityResponse answer)
    {
        if (activity is not null && answer.FailureDetails is { } failure)
        {
            activity.Fail(failure.ErrorMessage);
        }

        activity?.End();
    }

    /// <summary>What is written into messages: nothing but for a sampled trace.</summary>
    public static Passed? Pass(Span? span) => span is { Context: { IsValid: true, IsSampled: true } context }
        ? new Passed { TraceParent = span.Traceparent, SpanId = context.SpanId.ToString("x16"), TraceState = span.Tracestate }
        : null;

    /// <summary>False when there is none, or it makes no sense.</summary>
    public static bool TryRead(Passed? passed, out TraceContext context)
    {
        context = default;
        if (passed is null)
        {
            return false;
        }

        // Older clients write a bare trace id, and the span beside it.
        var text = passed.TraceParent.Split('-').Length == 4 ? passed.TraceParent : $"00-{passed.TraceParent}-{passed.SpanId}-01";
        if (!TraceContext.TryParse(text, out context))
        {
            return false;
        }

        context = context with { State = passed.TraceState };
        return true;
    }

    /// <summary>Whether the run that this event begins has a span that somebody will see.</summary>
    public bool Follows(HistoryEvent started) =>
        started.ExecutionStarted is { WorkflowSpanId.Length: > 0 } execution && TryRead(execution.ParentTraceContext, out var parent) && tracer.Records(parent);

    /// <summary>A run is over, by its end or because it continued as new; these are all its events.</summary>
    public void Ended(string instanceId, IReadOnlyList<HistoryEvent> history)
    {
        if (history.FirstOrDefault(happened => happened.ExecutionStarted is not null) is { } started && Follows(started))
        {
            foreach (var span in RunSpans.Of(instanceId, started.ExecutionStarted, history))
            {
                tracer.Record(span);
            }
        }
    }

    internal static string Join(string kind, string name, string? version) => string.IsNullOrEmpty(version) ? $"{kind}||{name}" : $"{kind}||{name}||{version}";

    private static void Tag(Span span, string type, string name, string? version, string instanceId)
    {
        span.Tag(Type, type);
        span.Tag(Name, name);
        span.Tag(Version, version);
        span.Tag(Instance, instanceId);
    }
}
