namespace Library.Defaults.Outbox;

/// <summary>
/// The numbers of one place in the memory of its holder: which may be issued, which are settled, and below which all are. <see cref="Published"/> stops at
/// the first that is not.
/// </summary>
internal sealed class Numbers(long published, long next, long limit)
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _ahead = [];
    private readonly Dictionary<string, long> _latest = [];
    private long _published = published;
    private long _next = next;
    private long _limit = limit;

    public long Published { get { lock (_gate) { return _published; } } }

    public long Left { get { lock (_gate) { return _limit - _next; } } }

    /// <summary>Nothing that was issued is open.</summary>
    public bool IsSettled { get { lock (_gate) { return _published == _next; } } }

    public IReadOnlyDictionary<string, long> Latest { get { lock (_gate) { return new Dictionary<string, long>(_latest); } } }

    public bool TryTake(int count, out long first)
    {
        lock (_gate)
        {
            first = _next;
            if (_next + count > _limit)
            {
                return false;
            }

            _next += count;
            return true;
        }
    }

    public void Settled(long number)
    {
        lock (_gate)
        {
            if (number >= _published)
            {
                _ahead.Add(number);
            }

            while (_ahead.Remove(_published))
            {
                _published++;
            }
        }
    }

    public void Sent(string topic, long number)
    {
        lock (_gate)
        {
            _latest[topic] = Math.Max(number, _latest.GetValueOrDefault(topic, -1));
        }

        Settled(number);
    }

    /// <summary>What to ask the store for, so that so many more can be issued.</summary>
    public long Wanted(int more) { lock (_gate) { return _next + more; } }

    /// <summary>The store has acknowledged it.</summary>
    public void Raise(long acknowledged) { lock (_gate) { _limit = Math.Max(_limit, acknowledged); } }

    /// <summary>Stops issuing until the _limit is raised again; <paramref name="end"/> is the number behind the last issued one.</summary>
    public bool TryClose(bool onlyIfSettled, out long end)
    {
        lock (_gate)
        {
            end = _next;
            if (onlyIfSettled && _published != _next)
            {
                return false;
            }

            _limit = _next;
            return true;
        }
    }
}
