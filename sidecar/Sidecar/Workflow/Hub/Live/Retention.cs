using Google.Protobuf.WellKnownTypes;
using Sidecar.Configuration;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Hub.Commits;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Removes finished instances when the configuration says that they have been kept for long enough.</summary>
internal sealed class Retention
{
    private readonly HubCore core;
    private readonly Dictionary<OrchestrationStatus, RetentionQueue> queues = [];

    public Retention(HubCore core)
    {
        this.core = core;
        var policy = core.Settings.Workflow.Retention;
        Add(OrchestrationStatus.Completed, "completed", policy.Completed ?? policy.AnyTerminal);
        Add(OrchestrationStatus.Failed, "failed", policy.Failed ?? policy.AnyTerminal);
        Add(OrchestrationStatus.Terminated, "terminated", policy.Terminated ?? policy.AnyTerminal);
        Add(OrchestrationStatus.Canceled, "canceled", policy.AnyTerminal);
    }

    /// <summary>It ends with this change.</summary>
    public void Add(Change change, LiveInstance instance) =>
        queues.GetValueOrDefault(instance.State.Status)?.Add(change, instance.Id, instance.Serial);

    public async Task RestoreAsync(CancellationToken cancellation)
    {
        foreach (var queue in queues.Values)
        {
            await queue.RestoreAsync(cancellation);
        }
    }

    private void Add(OrchestrationStatus status, string kind, TimeSpan? keep)
    {
        if (keep is { } time)
        {
            queues.Add(status, new RetentionQueue(core, kind, time));
        }
    }
}
