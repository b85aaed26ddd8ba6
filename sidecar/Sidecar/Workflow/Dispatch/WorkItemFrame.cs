using System.Buffers;
using System.Text;
using Google.Protobuf;

namespace Sidecar.Workflow.Dispatch;

/// <summary>A work item as a worker reads it: the request as field 1 or 2, the token that comes back with the answer as field 10.</summary>
public sealed class WorkItemFrame
{
    private const byte TurnTag = (1 << 3) | 2;
    private const byte ActivityTag = (2 << 3) | 2;
    private const byte TokenTag = (10 << 3) | 2;
    private readonly WorkKind kind;
    private readonly WorkRequest request;
    private readonly string token;
    private readonly int skipped;

    internal WorkItemFrame(WorkKind kind, WorkRequest request, string token, int skipped)
    {
        this.kind = kind;
        this.request = request;
        this.token = token;
        this.skipped = skipped;
    }

    /// <summary>Encodes it; meant for the thread that sends.</summary>
    public EncodedWorkItem Encode()
    {
        var past = new List<ReadOnlyMemory<byte>>(request.Past.Count);
        var left = skipped;
        long requestSize = request.Head.CalculateSize();
        foreach (var piece in request.Past)
        {
            if (left >= piece.Count)
            {
                left -= piece.Count;
                continue;
            }

            var fields = left == 0 ? piece.Fields : EventFields.Skip(piece.Fields, left);
            left = 0;
            past.Add(fields);
            requestSize += fields.Length;
        }

        return new EncodedWorkItem(this, past, requestSize, Encoding.UTF8.GetByteCount(token));
    }

    internal void Write(IBufferWriter<byte> output, IReadOnlyList<ReadOnlyMemory<byte>> past, int requestSize, int tokenSize)
    {
        var head = output.GetSpan(6);
        head[0] = kind == WorkKind.Turn ? TurnTag : ActivityTag;
        output.Advance(1 + EventFields.WriteVarint(head[1..], (uint)requestSize));
        request.Head.WriteTo(output);
        foreach (var fields in past)
        {
            output.Write(fields.Span);
        }

        var tail = output.GetSpan(6 + tokenSize);
        tail[0] = TokenTag;
        var length = 1 + EventFields.WriteVarint(tail[1..], (uint)tokenSize);
        output.Advance(length + Encoding.UTF8.GetBytes(token, tail[length..]));
    }
}

/// <summary>A work item whose size is known.</summary>
public readonly struct EncodedWorkItem
{
    private readonly WorkItemFrame frame;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> past;
    private readonly long requestSize;
    private readonly int tokenSize;

    internal EncodedWorkItem(WorkItemFrame frame, IReadOnlyList<ReadOnlyMemory<byte>> past, long requestSize, int tokenSize)
    {
        this.frame = frame;
        this.past = past;
        this.requestSize = requestSize;
        this.tokenSize = tokenSize;
    }

    public long Size => 1 + EventFields.VarintSize((ulong)requestSize) + requestSize + 1 + EventFields.VarintSize((ulong)tokenSize) + tokenSize;

    public void Write(IBufferWriter<byte> output) => frame.Write(output, past, (int)requestSize, tokenSize);
}
