namespace Sidecar.Workflow.Dispatch;

/// <summary>Makes the encoded WorkItem. <paramref name="known"/> events at the beginning of the history are left out, and said to be.</summary>
internal delegate ReadOnlyMemory<byte> WorkEncoder(string completionToken, int known);

/// <summary>What is to be sent, encoded by whoever sends it and not on the loop: what it is made of changes no more.</summary>
/// <param name="PastCount">Events of history that a worker knows once it has this; none for an activity.</param>
internal sealed record WorkRequest(WorkEncoder Encode, int PastCount = 0);
