using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>The events of one generation as they are sent: encoded as past events of a WorkflowRequest. Only ever appended to.</summary>
internal sealed class RawHistory
{
    private List<Chunk> chunks = [];

    /// <summary>Only its size is known here: the events are where they were read from.</summary>
    public bool IsAway => chunks.Count == 0 && Count > 0;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public void Append(ReadOnlyMemory<byte> events, int count)
    {
        if (count == 0)
        {
            return;
        }

        chunks.Add(new Chunk(events, Count));
        Count += count;
        Bytes += events.Length;
    }

    /// <summary>What is here now, whatever is appended later.</summary>
    public HistorySlice Slice() => new(this, chunks.Count, Count);

    /// <summary>Lets go of the events. Nothing may be appended until they are back.</summary>
    public void Drop() => chunks = [];

    /// <summary>The same pieces as they were appended.</summary>
    public void Fill(IEnumerable<(ReadOnlyMemory<byte> Events, int Count)> pieces)
    {
        var filled = new List<Chunk>();
        var first = 0;
        foreach (var (events, count) in pieces)
        {
            if (count > 0)
            {
                filled.Add(new Chunk(events, first));
                first += count;
            }
        }

        chunks = filled;
    }

    /// <summary>How many bytes the events from this one on are.</summary>
    public int SizeFrom(int first) => (int)(Bytes - OffsetOf(first));

    /// <summary>Copies the events from this one on; says how many bytes that were.</summary>
    public int CopyFrom(int first, Span<byte> target)
    {
        var written = 0;
        for (var i = ChunkOf(first); i < chunks.Count; i++)
        {
            var bytes = chunks[i].Events.Span;
            if (chunks[i].First < first)
            {
                bytes = bytes[EventBytes.Skip(bytes, first - chunks[i].First)..];
            }

            bytes.CopyTo(target[written..]);
            written += bytes.Length;
        }

        return written;
    }

    /// <summary>Null when they are away.</summary>
    internal IReadOnlyList<HistoryEvent>? TryRead(int chunkCount, int count)
    {
        var here = chunks;
        if (here.Count < chunkCount)
        {
            return null;
        }

        var events = new List<HistoryEvent>(count);
        for (var i = 0; i < chunkCount; i++)
        {
            events.AddRange(EventBytes.Read(here[i].Events.Span));
        }

        return events;
    }

    private long OffsetOf(int first)
    {
        if (first == 0)
        {
            return 0;
        }

        var at = ChunkOf(first);
        var before = Bytes;
        for (var i = at; i < chunks.Count; i++)
        {
            before -= chunks[i].Events.Length;
        }

        return at == chunks.Count ? before : before + EventBytes.Skip(chunks[at].Events.Span, first - chunks[at].First);
    }

    /// <summary>The chunk that holds this event; one past the last when there is no such event yet. Most who ask want the last ones.</summary>
    private int ChunkOf(int index)
    {
        if (index >= Count)
        {
            return chunks.Count;
        }

        var at = chunks.Count - 1;
        while (chunks[at].First > index)
        {
            at--;
        }

        return at;
    }

    private readonly record struct Chunk(ReadOnlyMemory<byte> Events, int First);
}

/// <summary>The first so many events of a history.</summary>
internal readonly record struct HistorySlice(RawHistory History, int Chunks, int Count)
{
    public IReadOnlyList<HistoryEvent> Read() => TryRead() ?? throw new InvalidOperationException("the history is away");

    /// <summary>Null while it is not in memory.</summary>
    public IReadOnlyList<HistoryEvent>? TryRead() => History.TryRead(Chunks, Count);
}
