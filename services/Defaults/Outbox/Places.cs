using Library.Defaults.Refusals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Outbox;

/// <summary>The places that this process holds: one to work on, and those of dead holders until they are published.</summary>
internal sealed partial class Places(
    PlaceDocuments documents, TakeOver takeOver, IOptions<OutboxOptions> options, TimeProvider time, ILogger<Places> log) : IDisposable
{
    private readonly SemaphoreSlim _acquiring = new(1);
    private readonly Lock _gate = new();
    private readonly List<Place> _held = [];
    private Place? _current;

    /// <summary>There is work after a time without any.</summary>
    public Action Woken { get; set; } = () => { };

    public int Count => options.Value.Places;

    public IReadOnlyList<Place> Held
    {
        get
        {
            lock (_gate)
            {
                _held.RemoveAll(place => place.IsLost);
                return [.. _held];
            }
        }
    }

    public async Task<(Place Place, long First)> Take(int count, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var place = _current is { IsLost: false } now ? now : await Acquire(cancellation);
            var wasQuiet = place.IsQuiet;
            if (await place.Take(count, cancellation) is { } first)
            {
                if (wasQuiet)
                {
                    Woken();
                }

                return (place, first);
            }
        }

        throw new RefusedException(StoreRefusals.NoPlace);
    }

    public bool IsCurrent(Place place) => _current == place;

    /// <summary>Takes the place if it is as it was seen: free, or with that very beat.</summary>
    public async Task TryTake(int index, PlaceDocument seen, CancellationToken cancellation)
    {
        await _acquiring.WaitAsync(cancellation);
        try
        {
            await Taken(index, seen, cancellation);
        }
        finally
        {
            _acquiring.Release();
        }
    }

    public void Dispose()
    {
        _acquiring.Dispose();
        _held.ForEach(place => place.Dispose());
    }

    /// <summary>Each try has a name of its own: after an unknown outcome the place belongs to the try that finds its own name there.</summary>
    private async Task<Place?> Taken(int index, PlaceDocument seen, CancellationToken cancellation)
    {
        var (document, etag) = await documents.Read(index, cancellation);
        if (!document.IsFree && document != seen)
        {
            return null;
        }

        var holder = Guid.CreateVersion7().ToString("N");
        var limit = document.Limit + options.Value.Block;
        var mine = document with { Holder = holder, Term = document.Term + 1, Beat = 0, Limit = limit, Quiet = false };
        if (!await documents.TryWrite(index, mine, etag, cancellation) &&
            !(await documents.Read(index, cancellation)).Document.IsHeldBy(holder, mine.Term))
        {
            return null;
        }

        var place = new Place(index, holder, mine.Term, new Numbers(document.Published, document.Limit, limit), documents, options.Value, time);
        lock (_gate)
        {
            _held.Add(place);
            if (_current is null or { IsLost: true })
            {
                _current = place;
            }
        }

        LogTaken(index, mine.Term, document.Limit - document.Published);
        _ = takeOver.Run(place, document.Published, document.Limit);
        Woken();
        return place;
    }

    private async Task<Place> Acquire(CancellationToken cancellation)
    {
        await _acquiring.WaitAsync(cancellation);
        try
        {
            lock (_gate)
            {
                if (_held.Find(place => !place.IsLost) is { } mine)
                {
                    return _current = mine;
                }
            }

            var seen = await documents.ReadAll(Count, cancellation);
            for (var index = 0; index < seen.Length; index++)
            {
                if (seen[index].IsFree && await Taken(index, seen[index], cancellation) is { } place)
                {
                    return place;
                }
            }

            throw new RefusedException(StoreRefusals.NoPlace);
        }
        finally
        {
            _acquiring.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Outbox place {Place} taken, term {Term}, {Open} numbers of a former holder to look after")]
    private partial void LogTaken(int place, long term, long open);
}
