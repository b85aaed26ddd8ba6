using System.Diagnostics;
using Dapr.Common.Serialization;
using Dapr.Wire;
using Dapr.Workflow.Client;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dapr.Workflow;

/// <summary>Starts workflows, asks how far they are and tells them what to do. What the sidecar refuses is a RpcException.</summary>
public sealed class DaprWorkflowClient : IDaprWorkflowClient
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);
    private readonly WireChannel channel;
    private readonly WireFields fields;
    private readonly IDaprSerializer serializer;
    private readonly bool isOwner;

    internal DaprWorkflowClient(WireChannel channel, WireFields fields, IDaprSerializer serializer, bool isOwner)
    {
        this.channel = channel;
        this.fields = fields;
        this.serializer = serializer;
        this.isOwner = isOwner;
    }

    /// <inheritdoc/>
    public Task<string> ScheduleNewWorkflowAsync(string name, string? instanceId = null, object? input = null) =>
        ScheduleNewWorkflowAsync(name, instanceId, input, (DateTimeOffset?)null);

    /// <inheritdoc/>
    public Task<string> ScheduleNewWorkflowAsync(string name, string? instanceId, object? input, DateTime? startTime) =>
        ScheduleNewWorkflowAsync(name, instanceId, input, startTime is { } time ? new DateTimeOffset(time) : null);

    /// <inheritdoc/>
    public async Task<string> ScheduleNewWorkflowAsync(string name, string? instanceId, object? input, DateTimeOffset? startTime, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var request = new Protocol.CreateInstanceRequest
        {
            InstanceId = instanceId ?? Guid.NewGuid().ToString(),
            Name = name,
            Input = serializer.Serialize(input),
            ScheduledStartTimestamp = startTime?.ToTimestamp(),
        };
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } activity)
        {
            request.ParentTraceContext = new Protocol.TraceContext { TraceParent = id, TraceState = string.IsNullOrEmpty(activity.TraceStateString) ? null : activity.TraceStateString };
        }

        return (await AskAsync(TaskHub.Start, request, cancellation)).InstanceId;
    }

    /// <inheritdoc/>
    public async Task<WorkflowState> GetWorkflowStateAsync(string instanceId, bool getInputsAndOutputs = true, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        try
        {
            var answer = await AskAsync(TaskHub.Get, new Protocol.GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = getInputsAndOutputs }, cancellation);
            return new WorkflowState(answer.Exists ? answer.WorkflowState : null, serializer);
        }
        catch (RpcException problem) when (problem.StatusCode == StatusCode.NotFound)
        {
            return new WorkflowState(null, serializer);
        }
    }

    /// <inheritdoc/>
    public Task<WorkflowState> WaitForWorkflowStartAsync(string instanceId, bool getInputsAndOutputs = true, CancellationToken cancellation = default) =>
        WaitAsync(TaskHub.WaitForStart, instanceId, getInputsAndOutputs, cancellation);

    /// <inheritdoc/>
    public async Task<WorkflowState> WaitForWorkflowCompletionAsync(string instanceId, bool getInputsAndOutputs = true, CancellationToken cancellation = default)
    {
        var state = await WaitAsync(TaskHub.WaitForCompletion, instanceId, getInputsAndOutputs: false, cancellation);
        return getInputsAndOutputs ? await GetWorkflowStateAsync(instanceId, getInputsAndOutputs, cancellation) : state;
    }

    /// <inheritdoc/>
    public async Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        await AskAsync(TaskHub.Raise, new Protocol.RaiseEventRequest { InstanceId = instanceId, Name = eventName, Input = serializer.Serialize(eventPayload) }, cancellation);
    }

    /// <inheritdoc/>
    public async Task TerminateWorkflowAsync(string instanceId, object? output = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        await AskAsync(TaskHub.Terminate, new Protocol.TerminateRequest { InstanceId = instanceId, Output = serializer.Serialize(output), Recursive = true }, cancellation);
    }

    /// <inheritdoc/>
    public async Task SuspendWorkflowAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        await AskAsync(TaskHub.Suspend, new Protocol.SuspendRequest { InstanceId = instanceId, Reason = reason ?? "" }, cancellation);
    }

    /// <inheritdoc/>
    public async Task ResumeWorkflowAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        await AskAsync(TaskHub.Resume, new Protocol.ResumeRequest { InstanceId = instanceId, Reason = reason ?? "" }, cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> PurgeInstanceAsync(string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return (await AskAsync(TaskHub.Purge, new Protocol.PurgeInstancesRequest { InstanceId = instanceId, Recursive = true }, cancellation)).DeletedInstanceCount > 0;
    }

    /// <inheritdoc/>
    public async Task<WorkflowInstancePage> ListInstanceIdsAsync(string? continuationToken = null, int? pageSize = null, CancellationToken cancellation = default)
    {
        var request = new Protocol.ListInstanceIDsRequest();
        if (continuationToken is not null)
        {
            request.ContinuationToken = continuationToken;
        }

        if (pageSize is { } size)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(pageSize));
            request.PageSize = (uint)size;
        }

        var page = await AskAsync(TaskHub.List, request, cancellation);
        return new WorkflowInstancePage([.. page.InstanceIds], page.HasContinuationToken ? page.ContinuationToken : null);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WorkflowHistoryEvent>> GetInstanceHistoryAsync(string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var answer = await AskAsync(TaskHub.History, new Protocol.GetInstanceHistoryRequest { InstanceId = instanceId }, cancellation);
        return [.. answer.Events.Select(item => new WorkflowHistoryEvent(item.EventId, HistoryTypes.Of(item.EventTypeCase), item.Timestamp?.ToDateTime() ?? DateTime.MinValue))];
    }

    /// <inheritdoc/>
    public async Task<string> RerunWorkflowFromEventAsync(string sourceInstanceId, uint eventId, RerunWorkflowFromEventOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourceInstanceId);
        var request = new Protocol.RerunWorkflowFromEventRequest { SourceInstanceId = sourceInstanceId, EventId = eventId };
        if (options is not null)
        {
            if (options is { Input: not null, OverwriteInput: false })
            {
                throw new ArgumentException("An input counts with OverwriteInput only.", nameof(options));
            }

            request.OverwriteInput = options.OverwriteInput;
            request.Input = options.OverwriteInput ? serializer.Serialize(options.Input) : null;
            if (options.NewInstanceId is { } newId)
            {
                request.NewInstanceId = newId;
            }
        }

        return (await AskAsync(TaskHub.Rerun, request, cancellation)).NewInstanceId;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOwner)
        {
            channel.Dispose();
        }
    }

    /// <summary>Asks again as long as the sidecar is away, or ends a question that took it too long.</summary>
    private async Task<WorkflowState> WaitAsync(WireMethod<Protocol.GetInstanceResponse> method, string instanceId, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var request = new Protocol.GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = getInputsAndOutputs };
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var answer = await AskAsync(method, request, cancellation);
                return answer.Exists
                    ? new WorkflowState(answer.WorkflowState, serializer)
                    : throw new InvalidOperationException($"Workflow instance '{instanceId}' does not exist");
            }
            catch (RpcException problem) when (problem.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded && !cancellation.IsCancellationRequested)
            {
                await Task.Delay(pause, cancellation);
            }
        }
    }

    private async Task<TResponse> AskAsync<TResponse>(WireMethod<TResponse> method, Google.Protobuf.IMessage request, CancellationToken cancellation)
        where TResponse : class, Google.Protobuf.IMessage<TResponse> => await channel.AskAsync(method, request, fields, cancellation);
}
