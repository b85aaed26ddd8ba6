namespace Sidecar.State.InMemory;

/// <summary>
/// Wakes when the next key expires, at most once a second, and not at all while nothing can expire. Its owner locks around it.
/// </summary>
internal sealed class ExpirySweep(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, DateTimeOffset> mortals = new(StringComparer.Ordinal);
    private DateTimeOffset next = DateTimeOffset.MaxValue;
    private ITimer? timer;

    public void Start(Action wake) => timer = time.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>A key was written or, without a moment, will live for ever or is gone.</summary>
    public void Note(string key, DateTimeOffset? expires)
    {
        if (expires is { } moment)
        {
            mortals[key] = moment;
            Schedule(moment);
        }
        else if (mortals.Count > 0)
        {
            mortals.Remove(key);
        }
    }

    /// <summary>The keys whose time has come; forgets them.</summary>
    public List<string> Due()
    {
        var now = time.GetUtcNow();
        var due = new List<string>();
        var first = DateTimeOffset.MaxValue;
        foreach (var (key, moment) in mortals)
        {
            if (now > moment)
            {
                due.Add(key);
            }
            else if (moment < first)
            {
                first = moment;
            }
        }

        foreach (var key in due)
        {
            mortals.Remove(key);
        }

        next = DateTimeOffset.MaxValue;
        if (mortals.Count > 0)
        {
            Schedule(first);
        }

        return due;
    }

    public void Dispose() => timer?.Dispose();

    private void Schedule(DateTimeOffset moment)
    {
        if (moment >= next)
        {
            return;
        }

        next = moment;
        var wait = moment - time.GetUtcNow();
        var longest = TimeSpan.FromDays(1);
        timer?.Change(wait < Pause ? Pause : wait > longest ? longest : wait, Timeout.InfiniteTimeSpan);
    }
}
