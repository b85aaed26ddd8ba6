using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Hub;
using Sidecar.Workflow.TaskHub;

namespace Sidecar.Workflow.Management;

/// <summary>The management API of workflows, for HTTP and gRPC alike. Nobody waits for a worker here.</summary>
internal sealed class WorkflowManagement(LedWorkflows workflows, InstanceCreation creation)
{
    public const string StartTime = "dapr.workflow.start_time";

    public async Task<string> StartAsync(string instanceId, string name, string? input, IReadOnlyDictionary<string, string> options, CancellationToken cancellation)
    {
        var id = InstanceId.Check(instanceId);
        if (name.Length == 0)
        {
            throw ManagementErrors.NoName();
        }

        var request = new CreateInstanceRequest { InstanceId = id, Name = name, Input = input };
        if (options.TryGetValue(StartTime, out var time))
        {
            request.ScheduledStartTimestamp = DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                ? moment.ToTimestamp()
                : throw ManagementErrors.BadStartTime(name, time);
        }

        try
        {
            return await creation.StartAsync(request, cancellation);
        }
        catch (HubException refusal)
        {
            throw ManagementErrors.Start(name, refusal);
        }
    }

    /// <summary>Null when there is none.</summary>
    public async Task<InstanceDescription?> GetAsync(string id, CancellationToken cancellation)
    {
        Require(id);
        try
        {
            var state = await workflows.AskAsync(here => here.GetAsync(id, payloads: true, cancellation), cancellation, Operation.Get);
            return state is null ? null : new InstanceDescription(state);
        }
        catch (HubException refusal)
        {
            throw ManagementErrors.Get(id, refusal);
        }
    }

    public async Task RaiseAsync(string id, string name, string? input, CancellationToken cancellation)
    {
        Require(id);
        if (name.Length == 0)
        {
            throw ManagementErrors.NoEventName();
        }

        try
        {
            await workflows.TellAsync(here => here.RaiseAsync(id, name, input, cancellation), cancellation, Operation.AddEvent, isRepeatable: false);
        }
        catch (HubException refusal)
        {
            throw ManagementErrors.Raise(id, name, refusal);
        }
    }

    public Task TerminateAsync(string id, CancellationToken cancellation) =>
        TellAsync(id, here => here.TerminateAsync(id, null, recursive: true, untilDone: false, cancellation), ManagementErrors.Terminate, Operation.AddEvent, cancellation);

    public Task PauseAsync(string id, CancellationToken cancellation) =>
        TellAsync(id, here => here.SuspendAsync(id, null, untilDone: false, cancellation), ManagementErrors.Pause, Operation.AddEvent, cancellation);

    public Task ResumeAsync(string id, CancellationToken cancellation) =>
        TellAsync(id, here => here.ResumeAsync(id, null, untilDone: false, cancellation), ManagementErrors.Resume, Operation.AddEvent, cancellation);

    public Task PurgeAsync(string id, CancellationToken cancellation) =>
        TellAsync(id, here => here.PurgeAsync(id, recursive: true, force: false, cancellation), ManagementErrors.Purge, Operation.Purge, cancellation, isRepeatable: false);

    private async Task TellAsync(
        string id, Func<IWorkflows, Task> tell, Func<string, HubException, ApiException> problem, string operation, CancellationToken cancellation, bool isRepeatable = true)
    {
        Require(id);
        try
        {
            await workflows.TellAsync(tell, cancellation, operation, isRepeatable);
        }
        catch (HubException refusal)
        {
            throw problem(id, refusal);
        }
    }

    private static void Require(string id)
    {
        if (id.Length == 0)
        {
            throw ManagementErrors.NoId();
        }
    }
}
