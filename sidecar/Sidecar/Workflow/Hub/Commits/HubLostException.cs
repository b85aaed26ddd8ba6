namespace Sidecar.Workflow.Hub.Commits;

/// <summary>Another sidecar leads now: nothing that was not committed will be.</summary>
internal sealed class HubLostException(string message) : Exception(message);
