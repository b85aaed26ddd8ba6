using Google.Protobuf;

namespace Sidecar.Workflow.Dispatch;

/// <summary>Committed events as they are stored: encoded pastEvents fields of a WorkflowRequest, one behind the other.</summary>
internal readonly record struct PastEvents(ReadOnlyMemory<byte> Fields, int Count);

/// <summary>
/// What is sent: the request without its history, and that history as it is. Nobody changes the message once it was handed over; it is
/// encoded elsewhere.
/// </summary>
internal sealed record WorkRequest(IMessage Head, IReadOnlyList<PastEvents> Past)
{
    public WorkRequest(IMessage head)
        : this(head, [])
    {
    }
}
