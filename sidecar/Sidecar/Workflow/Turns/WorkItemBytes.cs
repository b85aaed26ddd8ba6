using Google.Protobuf;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>Work items by copying: history goes out as it was kept.</summary>
internal static class WorkItemBytes
{
    // The rest of a work item beside history and inbox: ids, token, lengths.
    private const int Surroundings = 256;
    private const byte RequestTag = (WorkItem.WorkflowRequestFieldNumber << 3) | 2;

    /// <summary>About how large the item is with the whole history.</summary>
    public static long Size(Turn turn) =>
        turn.State.History.Bytes + turn.NewBytes.Length + (turn.State.Inherited?.CalculateSize() ?? 0) + turn.State.InstanceId.Length + Surroundings;

    public static byte[] Of(Turn turn, string completionToken, int cached)
    {
        var state = turn.State;
        var head = new WorkflowRequest { InstanceId = state.InstanceId, ExecutionId = state.ExecutionId };
        var tail = new WorkflowRequest { PropagatedHistory = state.Inherited };
        if (cached > 0)
        {
            tail.CachedHistory = new CachedHistory { EventCount = cached };
        }

        var end = new WorkItem { CompletionToken = completionToken };
        var (headSize, tailSize, endSize, past) = (head.CalculateSize(), tail.CalculateSize(), end.CalculateSize(), state.History.SizeFrom(cached));
        var request = headSize + past + turn.NewBytes.Length + tailSize;
        var item = new byte[1 + CodedOutputStream.ComputeLengthSize(request) + request + endSize];

        item[0] = RequestTag;
        var at = 1 + WriteLength(item.AsSpan(1), request);
        head.WriteTo(item.AsSpan(at, headSize));
        at += headSize;
        at += state.History.CopyFrom(cached, item.AsSpan(at));
        var news = item.AsSpan(at, turn.NewBytes.Length);
        turn.NewBytes.CopyTo(news);
        EventBytes.MakeNew(news);
        at += news.Length;
        tail.WriteTo(item.AsSpan(at, tailSize));
        end.WriteTo(item.AsSpan(at + tailSize, endSize));
        return item;
    }

    /// <summary>An activity for a worker, as an encoded WorkItem.</summary>
    public static byte[] Of(ScheduledActivity activity, string completionToken) =>
        new WorkItem { ActivityRequest = activity.Request, CompletionToken = completionToken }.ToByteArray();

    private static int WriteLength(Span<byte> target, int length)
    {
        var at = 0;
        for (; length >= 0x80; length >>= 7)
        {
            target[at++] = (byte)(length | 0x80);
        }

        target[at++] = (byte)length;
        return at;
    }
}
