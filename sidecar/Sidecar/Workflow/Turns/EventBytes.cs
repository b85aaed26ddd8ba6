using Google.Protobuf;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>
/// Events as bytes: each is a past event (field 3) of a WorkflowRequest, so a row of them is itself such a request. Past and new events
/// differ in one byte, the number of their field.
/// </summary>
internal static class EventBytes
{
    private const byte Past = (WorkflowRequest.PastEventsFieldNumber << 3) | 2;
    private const byte New = (WorkflowRequest.NewEventsFieldNumber << 3) | 2;

    public static byte[] Write(IReadOnlyList<HistoryEvent> events)
    {
        var size = 0;
        foreach (var one in events)
        {
            size += 1 + CodedOutputStream.ComputeMessageSize(one);
        }

        var bytes = new byte[size];
        using var output = new CodedOutputStream(bytes);
        foreach (var one in events)
        {
            output.WriteRawTag(Past);
            output.WriteMessage(one);
        }

        output.CheckNoSpaceLeft();
        return bytes;
    }

    public static IReadOnlyList<HistoryEvent> Read(ReadOnlySpan<byte> events) => WorkflowRequest.Parser.ParseFrom(events).PastEvents;

    /// <summary>Where the event after so many begins.</summary>
    public static int Skip(ReadOnlySpan<byte> events, int count)
    {
        var at = 0;
        for (; count > 0; count--)
        {
            at = After(events, at);
        }

        return at;
    }

    /// <summary>Turns past events that were just copied into new ones.</summary>
    public static void MakeNew(Span<byte> events)
    {
        for (var at = 0; at < events.Length; at = After(events, at))
        {
            events[at] = New;
        }
    }

    private static int After(ReadOnlySpan<byte> events, int at)
    {
        at++;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = events[at++];
            length |= (part & 0x7f) << shift;
            if (part < 0x80)
            {
                return at + length;
            }
        }
    }
}
