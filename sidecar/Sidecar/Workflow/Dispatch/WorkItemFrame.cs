namespace Sidecar.Workflow.Dispatch;

/// <summary>A work item on its way to a worker.</summary>
public sealed class WorkItemFrame
{
    private readonly WorkRequest request;
    private readonly string token;
    private readonly int known;

    internal WorkItemFrame(WorkRequest request, string token, int known)
    {
        this.request = request;
        this.token = token;
        this.known = known;
    }

    /// <summary>As a worker reads it.</summary>
    public ReadOnlyMemory<byte> Encode() => request.Encode(token, known);
}
