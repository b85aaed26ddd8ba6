using Library.Defaults.Refusals;
using Library.Defaults.ViewStores;

namespace Library.Defaults.Projections;

/// <summary>
/// The generation document of one projection. Facts read it every time. Questions may use what this process read in the last second; nobody
/// asking, nothing is read.
/// </summary>
internal sealed class Generations(IDocuments documents, string projection, TimeSpan kept, TimeProvider time)
{
    public static readonly TimeSpan Epoch = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private volatile Snapshot? _latest;
    private Task<GenerationDocument>? _reading;

    private sealed record Snapshot(GenerationDocument Document, long At);

    /// <summary>Told when somebody has to build or to delete.</summary>
    public Action WorkSeen { get; set; } = () => { };

    /// <summary>As this process read it last.</summary>
    public GenerationDocument? Latest => _latest?.Document;

    private string Key => ViewKeys.Generation(projection);

    public async Task<GenerationDocument> Read(CancellationToken cancellation)
    {
        var at = time.GetTimestamp();
        var (document, _) = await documents.Read<GenerationDocument>(Key, cancellation);
        return Seen(document ?? await Change(first => first, cancellation), at);
    }

    public ValueTask<GenerationDocument> Recent(CancellationToken cancellation) =>
        _latest is { } latest && time.GetElapsedTime(latest.At) < Epoch ? new(latest.Document) : new(ReadOnce().WaitAsync(cancellation));

    /// <summary>Changes it, from the read again when it was changed meanwhile; the change answers null when there is nothing to do.</summary>
    public async Task<GenerationDocument> Change(Func<GenerationDocument, GenerationDocument?> change, CancellationToken cancellation)
    {
        GenerationDocument now = null!;
        var at = 0L;
        await Race.Win(async () =>
        {
            at = time.GetTimestamp();
            var (document, etag) = await documents.Read<GenerationDocument>(Key, cancellation);
            now = document ?? First();
            if (change(now) is not { } changed)
            {
                return true;
            }

            now = changed;
            return await documents.Save(Key, changed, etag, cancellation);
        }, cancellation);
        return Seen(now, at);
    }

    /// <summary>
    /// Reads from the current generation. Whoever was held up in between asks once more, so that no answer comes from a generation that is
    /// gone.
    /// </summary>
    public async Task<TAnswer> FromCurrent<TAnswer>(Func<int, Task<TAnswer>> read, CancellationToken cancellation)
    {
        while (true)
        {
            if ((await Recent(cancellation)).Current is not { } generation)
            {
                throw new RefusedException(ViewRefusals.Building);
            }

            var answer = await read(generation);
            if ((await Recent(cancellation)).Current == generation)
            {
                return answer;
            }
        }
    }

    private GenerationDocument First() => new() { Last = 1, Building = new Build { Number = 1, StartedAt = time.GetUtcNow() } };

    private GenerationDocument Seen(GenerationDocument document, long at)
    {
        lock (_gate)
        {
            if (_latest is null || _latest.At <= at)
            {
                _latest = new Snapshot(document, at);
            }
        }

        if (document.Building is { State: not BuildState.Refused } || (document.Previous is not null && time.GetUtcNow() - document.Since >= kept))
        {
            WorkSeen();
        }

        return document;
    }

    /// <summary>However many ask, one read answers them all.</summary>
    private Task<GenerationDocument> ReadOnce()
    {
        lock (_gate)
        {
            return _reading is { IsCompleted: false } reading ? reading : _reading = Read(CancellationToken.None);
        }
    }
}
