namespace Sidecar.Workflow.Dispatch;

/// <summary>How many items one stream may have in hand, at its start and at most; each answer makes room for one more until then.</summary>
/// <param name="Patience">How many of its answers may wait to be durable before that holds up its other work.</param>
internal sealed record StreamCapacity(int FirstTurns, int MostTurns, int FirstActivities, int MostActivities, int Patience)
{
    public static StreamCapacity Usual { get; } = new(100, 100, 100, 100, 50);

    /// <summary>Works on 10 items, keeps 100 more and drops what comes then; what it had before it came again, it still has.</summary>
    public static StreamCapacity JavaScript { get; } = new(4, 25, 6, 75, 3);
}
