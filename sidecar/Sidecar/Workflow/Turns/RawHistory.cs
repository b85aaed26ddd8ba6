using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>The events of one generation as they are sent: encoded as past events of a WorkflowRequest. Only ever appended to.</summary>
internal sealed class RawHistory
{
    private readonly List<Chunk> chunks = [];

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

    internal IReadOnlyList<HistoryEvent> Read(int chunkCount, int count)
    {
        var events = new List<HistoryEvent>(count);
        for (var i = 0; i < chunkCount; i++)
        {
            events.AddRange(EventBytes.Read(chunks[i].Events.Span));
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
    public IReadOnlyList<HistoryEvent> Read() => History.Read(Chunks, Count);
}
