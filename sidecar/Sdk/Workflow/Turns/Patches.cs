namespace Dapr.Workflow.Turns;

/// <summary>Which patches a run takes, and what each answer says of it: every yes, in order, of the whole replay.</summary>
internal sealed class Patches(IReadOnlyList<Protocol.HistoryEvent> past)
{
    private readonly Dictionary<string, bool> decided = new(StringComparer.Ordinal);
    private readonly List<string> taken = [];
    private HashSet<string>? known;

    public IReadOnlyList<string> Taken => taken;

    public bool Ask(string name, bool isReplaying)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!decided.TryGetValue(name, out var isTaken))
        {
            isTaken = !isReplaying || (known ??= InHistory()).Contains(name);
            decided[name] = isTaken;
        }

        if (isTaken)
        {
            taken.Add(name);
        }

        return isTaken;
    }

    /// <summary>All that earlier answers said, for answers that come from no code: a sidecar takes one without them for another code's.</summary>
    public static IEnumerable<string> Recorded(IReadOnlyList<Protocol.HistoryEvent> past) =>
        past.Where(item => item.WorkflowStarted is { Version: not null }).SelectMany(item => item.WorkflowStarted.Version.Patches);

    private HashSet<string> InHistory() => Recorded(past).ToHashSet(StringComparer.Ordinal);
}
