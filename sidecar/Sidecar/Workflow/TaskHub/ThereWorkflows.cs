using System.Globalization;
using Google.Protobuf;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.TaskHub;

/// <summary>The workflows of an app that another sidecar leads.</summary>
internal sealed class ThereWorkflows(GrpcChannel leader, string run, CancellationToken stopping) : IWorkflows
{
    public async Task<string> StartAsync(StartRequest request, bool untilStarted, CancellationToken cancellation)
    {
        var sent = request.Request.Clone();
        sent.ParentTraceContext = request.Trace;
        return (await AskAsync("Start", sent, CreateInstanceResponse.Parser, cancellation, untilStarted)).InstanceId;
    }

    public async Task<WorkflowState?> GetAsync(string id, bool payloads, CancellationToken cancellation)
    {
        var answer = await AskAsync("Get", new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = payloads }, GetInstanceResponse.Parser, cancellation);
        return answer.Exists ? answer.WorkflowState : null;
    }

    public async Task<WorkflowState> WaitAsync(string id, Awaited awaited, bool payloads, CancellationToken cancellation) =>
        (await AskAsync($"WaitUntil{awaited}", new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = payloads }, GetInstanceResponse.Parser, cancellation)).WorkflowState;

    public Task RaiseAsync(string id, string name, string? input, CancellationToken cancellation) =>
        AskAsync("Raise", new RaiseEventRequest { InstanceId = id, Name = name, Input = input }, RaiseEventResponse.Parser, cancellation);

    public Task TerminateAsync(string id, string? output, bool recursive, bool untilDone, CancellationToken cancellation) =>
        AskAsync("Terminate", new TerminateRequest { InstanceId = id, Output = output, Recursive = recursive }, TerminateResponse.Parser, cancellation, untilDone);

    public Task SuspendAsync(string id, string? reason, bool untilDone, CancellationToken cancellation) =>
        AskAsync("Suspend", new SuspendRequest { InstanceId = id, Reason = reason }, SuspendResponse.Parser, cancellation, untilDone);

    public Task ResumeAsync(string id, string? reason, bool untilDone, CancellationToken cancellation) =>
        AskAsync("Resume", new ResumeRequest { InstanceId = id, Reason = reason }, ResumeResponse.Parser, cancellation, untilDone);

    public async Task<int> PurgeAsync(string id, bool recursive, bool force, CancellationToken cancellation) =>
        (await AskAsync("Purge", new PurgeInstancesRequest { InstanceId = id, Recursive = recursive, Force = force }, PurgeInstancesResponse.Parser, cancellation)).DeletedInstanceCount;

    public async Task<string> RerunAsync(RerunWorkflowFromEventRequest request, CancellationToken cancellation) =>
        (await AskAsync("Rerun", request, RerunWorkflowFromEventResponse.Parser, cancellation)).NewInstanceId;

    public async Task<IReadOnlyList<HistoryEvent>?> HistoryAsync(string id, CancellationToken cancellation)
    {
        try
        {
            return (await AskAsync("History", new GetInstanceHistoryRequest { InstanceId = id }, GetInstanceHistoryResponse.Parser, cancellation)).Events;
        }
        catch (HubException none) when (none.Failure == HubFailure.NotFound)
        {
            return null;
        }
    }

    public async Task<(IReadOnlyList<string> Ids, string? Next)> ListAsync(string? after, int pageSize, CancellationToken cancellation)
    {
        var request = new ListInstanceIDsRequest { PageSize = (uint)pageSize };
        if (after is not null)
        {
            request.ContinuationToken = after;
        }

        var answer = await AskAsync("List", request, ListInstanceIDsResponse.Parser, cancellation);
        return (answer.InstanceIds, answer.HasContinuationToken ? answer.ContinuationToken : null);
    }

    public Task CompleteTurnAsync(WorkflowResponse response, CancellationToken cancellation) =>
        AskAsync("CompleteTurn", response, CompleteTaskResponse.Parser, cancellation);

    public Task CompleteActivityAsync(ActivityResponse response, CancellationToken cancellation) =>
        AskAsync("CompleteActivity", response, CompleteTaskResponse.Parser, cancellation);

    public async Task ServeAsync(WorkerProfile worker, WorkerLink link, CancellationToken cancellation)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        var options = Options(new(LeaderProtocol.AgentHeader, GrpcStatus.Escape(worker.UserAgent)), new(LeaderProtocol.SidecarHeader, worker.Sidecar));
        await using var call = leader.Open(LeaderProtocol.Service + "Work", options, until.Token);
        try
        {
            await call.WriteAsync(new GetWorkItemsRequest { Capabilities = { worker.KeepsHistory ? [WorkerCapability.StatefulHistory] : [] } });
            call.Complete();
            while (await call.ReadBytesAsync() is { } item)
            {
                await link.SendAsync(item, cancellation);
                await link.FlushAsync(cancellation);
            }
        }
        catch (GrpcException failure) when (LeaderProtocol.TryReadRefusal(failure, out var refusal))
        {
            throw new HubException(refusal.Failure, refusal.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw HubException.Moved();
        }
    }

    private async Task<TResponse> AskAsync<TRequest, TResponse>(
        string method, TRequest request, MessageParser<TResponse> parser, CancellationToken cancellation, bool untilDone = false)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping);
        var options = untilDone ? Options(new KeyValuePair<string, string>(LeaderProtocol.UntilDoneHeader, bool.TrueString)) : Options();
        try
        {
            return (await leader.UnaryAsync(LeaderProtocol.Service + method, request, parser, options, until.Token)).Message;
        }
        catch (GrpcException failure) when (LeaderProtocol.TryReadRefusal(failure, out var refusal))
        {
            throw new HubException(refusal.Failure, refusal.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw HubException.Moved();
        }
    }

    private GrpcCallOptions Options(params KeyValuePair<string, string>[] more) => new() { Metadata = [new(LeaderProtocol.RunHeader, run), .. more] };
}
