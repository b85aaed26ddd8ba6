namespace Sidecar.Workflow.Hub.Leading;

/// <summary>Who leads the workflows of an app: this sidecar when there is a hub, else the one at the address.</summary>
internal sealed record Leader(long Term, string RunId, string Address, WorkflowHub? Hub);
