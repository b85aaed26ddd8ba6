namespace Library.Defaults.Outbox;

/// <summary>
/// The numbers of one place in the memory of its holder: which may be issued, which are settled, and below which all are. <see cref="Published"/> stops at
/// the first that is not.
/// </summary>
internal sealed class Numbers(long published, long next, long limit)
{
    private readonly Lock gate = new();
    private readonly HashSet<long> ahead = [];
    private readonly Dictionary<string, long> latest = [];
    private long published = published;
    private long next = next;
    private long limit = limit;

    public long Published { get { lock (gate) { return published; } } }

    public long Left { get { lock (gate) { return limit - next; } } }

    /// <summary>Nothing that was issued is open.</summary>
    public bool IsSettled { get { lock (gate) { return published == next; } } }

    public IReadOnlyDictionary<string, long> Latest { get { lock (gate) { return new Dictionary<string, long>(latest); } } }

    public bool TryTake(int count, out long first)
    {
        lock (gate)
        {
            first = next;
            if (next + count > limit)
            {
                return false;
            }

            next += count;
            return true;
        }
    }

    public void Settled(long number)
    {
        lock (gate)
        {
            ahead.Add(number);
            while (ahead.Remove(published))
            {
                published++;
            }
        }
    }

    public void Sent(string topic, long number)
    {
        lock (gate)
        {
            latest[topic] = Math.Max(number, latest.GetValueOrDefault(topic, -1));
        }

        Settled(number);
    }

    /// <summary>What to ask the store for, so that so many more can be issued.</summary>
    public long Wanted(int more) { lock (gate) { return next + more; } }

    /// <summary>The store has acknowledged it.</summary>
    public void Raise(long acknowledged) { lock (gate) { limit = Math.Max(limit, acknowledged); } }

    /// <summary>Stops issuing until the limit is raised again; <paramref name="end"/> is the number behind the last issued one.</summary>
    public bool TryClose(bool onlyIfSettled, out long end)
    {
        lock (gate)
        {
            end = next;
            if (onlyIfSettled && published != next)
            {
                return false;
            }

            limit = next;
            return true;
        }
    }
}
