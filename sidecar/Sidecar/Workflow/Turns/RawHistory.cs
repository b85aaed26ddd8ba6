using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>The events of one generation as they are sent: encoded as past events of a WorkflowRequest. Only ever appended to.</summary>
internal sealed class RawHistory
{
    public int Count => throw new NotSupportedException();

    public long Bytes => throw new NotSupportedException();

    public void Append(ReadOnlyMemory<byte> events, int count) => throw new NotSupportedException();

    /// <summary>What is here now, whatever is appended later.</summary>
    public HistorySlice Slice() => throw new NotSupportedException();
}

/// <summary>The first so many events of a history.</summary>
internal readonly record struct HistorySlice(RawHistory History, int Chunks, int Count)
{
    public IReadOnlyList<HistoryEvent> Read() => throw new NotSupportedException();
}
