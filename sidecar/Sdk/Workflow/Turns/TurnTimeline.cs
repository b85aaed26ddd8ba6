namespace Dapr.Workflow.Turns;

/// <summary>All that a turn is told, and what follows from it before any code runs.</summary>
internal sealed class TurnTimeline
{
    public TurnTimeline(Protocol.WorkflowRequest request, IReadOnlyList<Protocol.HistoryEvent> past)
    {
        Request = request;
        Past = past;
        var start = Last(item => item.ExecutionStarted is not null);
        Name = start?.ExecutionStarted.Name ?? "";
        Input = start?.ExecutionStarted.Input;
        TraceContext = start?.ExecutionStarted.ParentTraceContext;
        AppId = start?.Router switch
        {
            { HasTargetAppId: true, TargetAppId.Length: > 0 } router => router.TargetAppId,
            { SourceAppId.Length: > 0 } router => router.SourceAppId,
            _ => null,
        };
        Recorded = Last(item => item.WorkflowStarted?.Version is { HasName: true, Name.Length: > 0 })?.WorkflowStarted.Version.Name;
        var first = past.Count > 0 ? past[0] : request.NewEvents.LastOrDefault(item => item.WorkflowStarted is not null);
        Time = first?.Timestamp?.ToDateTime() ?? DateTime.UnixEpoch;
    }

    public Protocol.WorkflowRequest Request { get; }

    public IReadOnlyList<Protocol.HistoryEvent> Past { get; }

    /// <summary>The name that the workflow was started under; empty if the history does not say.</summary>
    public string Name { get; set; }

    /// <summary>The name that an earlier turn said it ran.</summary>
    public string? Recorded { get; }

    /// <summary>The version that this turn says it runs, where a name stands for several.</summary>
    public string? Pinned { get; set; }

    public string? Input { get; }

    public string? AppId { get; }

    public Protocol.TraceContext? TraceContext { get; }

    public DateTime Time { get; }

    /// <summary>An answer that has said nothing yet.</summary>
    public Protocol.WorkflowResponse NewResponse()
    {
        var patches = Patches.Recorded(Past).ToList();
        return new Protocol.WorkflowResponse
        {
            InstanceId = Request.InstanceId,
            Version = patches.Count == 0 ? null : new Protocol.WorkflowVersion { Name = Pinned ?? Recorded ?? Name, Patches = { patches } },
        };
    }

    private Protocol.HistoryEvent? Last(Predicate<Protocol.HistoryEvent> fits)
    {
        for (var at = Request.NewEvents.Count - 1; at >= 0; at--)
        {
            if (fits(Request.NewEvents[at]))
            {
                return Request.NewEvents[at];
            }
        }

        for (var at = Past.Count - 1; at >= 0; at--)
        {
            if (fits(Past[at]))
            {
                return Past[at];
            }
        }

        return null;
    }
}
