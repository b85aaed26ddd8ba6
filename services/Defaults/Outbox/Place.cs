namespace Library.Defaults.Outbox;

/// <summary>One place as its holder sees it. Every write goes through <see cref="Change"/>, one at a time.</summary>
internal sealed class Place(int index, string holder, long term, Numbers numbers, PlaceDocuments documents, OutboxOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _gate = new();
    private Task? _raising;
    private int _wanted;
    private long _closed;
    private long _lastWork = time.GetTimestamp();
    private long _lastWrite = time.GetTimestamp();

    public int Index { get; } = index;

    public Numbers Numbers { get; } = numbers;

    public bool IsLost { get; private set; }

    /// <summary>Closed down for lack of work; it wakes with the next number, if nobody has taken it.</summary>
    public bool IsQuiet { get; private set; }

    public TimeSpan SinceWork => time.GetElapsedTime(Interlocked.Read(ref _lastWork));

    public TimeSpan SinceWrite => time.GetElapsedTime(Interlocked.Read(ref _lastWrite));

    /// <summary>The first of so many numbers in a row; null when the place turned out to be lost.</summary>
    public async Task<long?> Take(int count, CancellationToken cancellation)
    {
        Interlocked.Exchange(ref _lastWork, time.GetTimestamp());
        while (!IsLost)
        {
            if (Numbers.TryTake(count, out var first))
            {
                if (Numbers.Left < options.Block / 2)
                {
                    _ = Raised(0).ContinueWith(failed => failed.Exception, TaskScheduler.Default);
                }

                return first;
            }

            await Raised(count).WaitAsync(cancellation);
        }

        return null;
    }

    public void Sent(string topic, long number)
    {
        Interlocked.Exchange(ref _lastWork, time.GetTimestamp());
        Numbers.Sent(topic, number);
    }

    /// <summary>Shows that the holder lives, and how far it has come.</summary>
    public Task Beat(CancellationToken cancellation) => Change(document => document, cancellation);

    /// <summary>Lets anyone take it at once; nothing happens while something is open.</summary>
    public Task Quieten(CancellationToken cancellation) => Change(
        document => document with { Limit = _closed, Quiet = true }, cancellation, () => Numbers.TryClose(onlyIfSettled: true, out _closed));

    /// <summary>Gives it up for good; what is still open is for the next holder.</summary>
    public async Task Release(CancellationToken cancellation)
    {
        await Change(
            document => document with { Limit = _closed, Holder = "", Quiet = Numbers.IsSettled }, cancellation, () => Numbers.TryClose(onlyIfSettled: false, out _closed));
        IsLost = true;
    }

    public void Dispose() => _writing.Dispose();

    private Task Raised(int count)
    {
        lock (_gate)
        {
            _wanted += count;
            if (_raising is null or { IsCompleted: true })
            {
                _raising = Task.Run(Raise);
            }

            return _raising;
        }
    }

    private async Task Raise()
    {
        int more;
        lock (_gate)
        {
            more = options.Block + _wanted;
            _wanted = 0;
        }

        await Change(document => document with { Limit = Math.Max(document.Limit, Numbers.Wanted(more)), Quiet = false }, CancellationToken.None);
    }

    /// <summary>Numbers are closed with the gate held, so that no write that raises the limit comes between the closing and the write that says so.</summary>
    private async Task Change(Func<PlaceDocument, PlaceDocument> change, CancellationToken cancellation, Func<bool>? first = null)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            if (IsLost || first?.Invoke() == false)
            {
                return;
            }

            var written = await documents.Change(
                Index, holder, term, document => change(document) with { Beat = document.Beat + 1, Published = Numbers.Published }, cancellation);
            Interlocked.Exchange(ref _lastWrite, time.GetTimestamp());
            if (written is null)
            {
                IsLost = true;
                return;
            }

            IsQuiet = written.Quiet;
            if (!written.IsFree)
            {
                Numbers.Raise(written.Limit);
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}
