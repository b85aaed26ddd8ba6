namespace Sidecar.Workflow.Dispatch;

/// <summary>What a worker said of itself when it opened its stream, and through which sidecar it came.</summary>
/// <param name="UserAgent">As it stands in the request.</param>
/// <param name="KeepsHistory">It remembers what it was sent of an instance, so that only the rest needs sending.</param>
/// <param name="Sidecar">The sidecar it is connected to; limits that are not global hold for each.</param>
public sealed record WorkerProfile(string UserAgent, bool KeepsHistory = false, string Sidecar = "")
{
    private static readonly string[] JavaScriptAgents = ["durabletask-js", "dapr-js-sdk"];

    /// <summary>How much such a worker may have in hand at one time.</summary>
    internal StreamCapacity Capacity { get; } = JavaScriptAgents.Any(agent => UserAgent.Contains(agent, StringComparison.OrdinalIgnoreCase)) ? StreamCapacity.JavaScript : StreamCapacity.Usual;
}
