using System.Diagnostics;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>Trace contexts as they travel in events. Who writes spans takes their ids from there, so that what a worker makes hangs below them.</summary>
internal static class Traces
{
    public static string NewSpanId() => ActivitySpanId.CreateRandom().ToHexString();

    /// <summary>The span of the workflow itself: what activities and children hang below. Null when the instance is not traced.</summary>
    public static TraceContext? Of(ExecutionStartedEvent started) =>
        started is { ParentTraceContext: { } parent, WorkflowSpanId: { Length: 16 } span } ? Below(parent, span) : null;

    /// <summary>A context in the same trace, with another span.</summary>
    public static TraceContext? Below(TraceContext? parent, string span)
    {
        if (parent is null)
        {
            return null;
        }

        // Older writers put the bare ids into the two fields, for a trace that is always recorded.
        var parts = parent.TraceParent.Split('-');
        var (trace, flags) = parts.Length == 4 ? (parts[1], parts[3]) : (parent.TraceParent, "01");
        return new TraceContext { TraceParent = $"00-{trace}-{span}-{flags}", SpanId = span, TraceState = parent.TraceState };
    }

    /// <summary>A new trace, for a run that continues one which was traced.</summary>
    public static TraceContext NewRoot()
    {
        var span = NewSpanId();
        return new TraceContext { TraceParent = $"00-{ActivityTraceId.CreateRandom().ToHexString()}-{span}-01", SpanId = span };
    }
}
