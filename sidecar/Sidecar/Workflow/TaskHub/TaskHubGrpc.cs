using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.TaskHub;

/// <summary>TaskHubSidecarService, which clients and workers of workflows talk to.</summary>
internal sealed class TaskHubGrpc(LedWorkflows workflows, InstanceCreation creation, WorkerStreams workers)
{
    public const string Service = "/TaskHubSidecarService/";
    private const int UsualPage = 1024;
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(100);
    private static readonly Empty Nothing = new();
    private static readonly CompleteTaskResponse Completed = new();

    public void Register(GrpcMethods methods)
    {
        methods.Unary(Service + "Hello", Empty.Parser, (_, _) => ValueTask.FromResult(Nothing));
        methods.Unary(Service + "StartInstance", CreateInstanceRequest.Parser, StartAsync);
        methods.Unary(Service + "GetInstance", GetInstanceRequest.Parser, GetAsync);
        methods.Unary(Service + "WaitForInstanceStart", GetInstanceRequest.Parser, (request, call) => WaitAsync(request, Awaited.Started, call));
        methods.Unary(Service + "WaitForInstanceCompletion", GetInstanceRequest.Parser, (request, call) => WaitAsync(request, Awaited.Ended, call));
        methods.Unary(Service + "RaiseEvent", RaiseEventRequest.Parser, RaiseAsync);
        methods.Unary(Service + "TerminateInstance", TerminateRequest.Parser, TerminateAsync);
        methods.Unary(Service + "SuspendInstance", SuspendRequest.Parser, SuspendAsync);
        methods.Unary(Service + "ResumeInstance", ResumeRequest.Parser, ResumeAsync);
        methods.Unary(Service + "PurgeInstances", PurgeInstancesRequest.Parser, PurgeAsync);
        methods.Unary(Service + "RerunWorkflowFromEvent", RerunWorkflowFromEventRequest.Parser, RerunAsync);
        methods.Unary(Service + "ListInstanceIDs", ListInstanceIDsRequest.Parser, ListAsync);
        methods.Unary(Service + "GetInstanceHistory", GetInstanceHistoryRequest.Parser, HistoryAsync);
        methods.Unary(Service + "CompleteActivityTask", ActivityResponse.Parser, CompleteActivityAsync);
        foreach (var name in new[] { "CompleteOrchestratorTask", "CompleteWorkflowTask" })
        {
            methods.Unary(Service + name, WorkflowResponse.Parser, CompleteTurnAsync);
        }

        methods.Streaming(Service + "GetWorkItems", workers.ServeAsync);
    }

    private async ValueTask<CreateInstanceResponse> StartAsync(CreateInstanceRequest request, GrpcCall call)
    {
        try
        {
            return new CreateInstanceResponse { InstanceId = await creation.StartAsync(request, call.Watch?.Span, call.Cancellation) };
        }
        catch (HubException refusal)
        {
            throw TaskHubErrors.Start(refusal);
        }
    }

    private async ValueTask<GetInstanceResponse> GetAsync(GetInstanceRequest request, GrpcCall call)
    {
        var state = await PlainAsync(workflows.AskAsync(here => here.GetAsync(request.InstanceId, request.GetInputsAndOutputs, call.Cancellation), call.Cancellation, Operation.Get));
        return state is null ? new GetInstanceResponse() : new GetInstanceResponse { Exists = true, WorkflowState = state };
    }

    private async ValueTask<GetInstanceResponse> WaitAsync(GetInstanceRequest request, Awaited awaited, GrpcCall call)
    {
        try
        {
            return new GetInstanceResponse
            {
                Exists = true,
                WorkflowState = await PlainAsync(
                    workflows.AskAsync(here => here.WaitAsync(request.InstanceId, awaited, request.GetInputsAndOutputs, call.Cancellation), call.Cancellation)),
            };
        }
        catch (OperationCanceledException) when (call.IsExpired)
        {
            // A caller says how long it waits in whole milliseconds, rounded down: what it says of its own deadline comes first.
            await Task.Delay(Courtesy, TimeProvider.System, call.Context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async ValueTask<RaiseEventResponse> RaiseAsync(RaiseEventRequest request, GrpcCall call)
    {
        await PlainAsync(workflows.TellAsync(here => here.RaiseAsync(request.InstanceId, request.Name, request.Input, call.Cancellation), call.Cancellation, Operation.AddEvent, isRepeatable: false));
        return new RaiseEventResponse();
    }

    private async ValueTask<TerminateResponse> TerminateAsync(TerminateRequest request, GrpcCall call)
    {
        try
        {
            await workflows.TellAsync(here => here.TerminateAsync(request.InstanceId, request.Output, request.Recursive, untilDone: true, call.Cancellation), call.Cancellation, Operation.AddEvent);
            return new TerminateResponse();
        }
        catch (HubException refusal)
        {
            throw TaskHubErrors.Terminate(refusal);
        }
    }

    private async ValueTask<SuspendResponse> SuspendAsync(SuspendRequest request, GrpcCall call)
    {
        await PlainAsync(workflows.TellAsync(here => here.SuspendAsync(request.InstanceId, Reason(request.Reason), untilDone: true, call.Cancellation), call.Cancellation, Operation.AddEvent));
        return new SuspendResponse();
    }

    private async ValueTask<ResumeResponse> ResumeAsync(ResumeRequest request, GrpcCall call)
    {
        await PlainAsync(workflows.TellAsync(here => here.ResumeAsync(request.InstanceId, Reason(request.Reason), untilDone: true, call.Cancellation), call.Cancellation, Operation.AddEvent));
        return new ResumeResponse();
    }

    private async ValueTask<PurgeInstancesResponse> PurgeAsync(PurgeInstancesRequest request, GrpcCall call)
    {
        if (request.RequestCase == PurgeInstancesRequest.RequestOneofCase.PurgeInstanceFilter)
        {
            throw GrpcErrors.Of(GrpcCode.Unknown, "multi-instance purge is not unimplemented");
        }

        try
        {
            var count = await workflows.AskAsync(here => here.PurgeAsync(request.InstanceId, request.Recursive, request.Force, call.Cancellation), call.Cancellation, Operation.Purge, isRepeatable: false);
            return new PurgeInstancesResponse { DeletedInstanceCount = count };
        }
        catch (HubException refusal)
        {
            throw TaskHubErrors.Purge(refusal, request.Recursive);
        }
    }

    private async ValueTask<RerunWorkflowFromEventResponse> RerunAsync(RerunWorkflowFromEventRequest request, GrpcCall call)
    {
        try
        {
            var id = await workflows.AskAsync(here => here.RerunAsync(request, call.Cancellation), call.Cancellation, isRepeatable: false);
            return new RerunWorkflowFromEventResponse { NewInstanceId = id };
        }
        catch (HubException refusal)
        {
            throw TaskHubErrors.Rerun(refusal);
        }
    }

    private async ValueTask<ListInstanceIDsResponse> ListAsync(ListInstanceIDsRequest request, GrpcCall call)
    {
        var after = request.HasContinuationToken && request.ContinuationToken.Length > 0 ? request.ContinuationToken : null;
        var size = request.HasPageSize && request.PageSize is > 0 and < UsualPage ? (int)request.PageSize : UsualPage;
        var (ids, next) = await PlainAsync(workflows.AskAsync(here => here.ListAsync(after, size, call.Cancellation), call.Cancellation));
        var answer = new ListInstanceIDsResponse { InstanceIds = { ids } };
        if (next is not null)
        {
            answer.ContinuationToken = next;
        }

        return answer;
    }

    private async ValueTask<GetInstanceHistoryResponse> HistoryAsync(GetInstanceHistoryRequest request, GrpcCall call)
    {
        var history = await PlainAsync(workflows.AskAsync(here => here.HistoryAsync(request.InstanceId, call.Cancellation), call.Cancellation))
            ?? throw GrpcErrors.Of(GrpcCode.NotFound, HubException.NoSuchInstance().Message);
        return new GetInstanceHistoryResponse { Events = { history } };
    }

    private async ValueTask<CompleteTaskResponse> CompleteTurnAsync(WorkflowResponse response, GrpcCall call)
    {
        await PlainAsync(workflows.TellAsync(here => here.CompleteTurnAsync(response, call.Cancellation), call.Cancellation));
        return Completed;
    }

    private async ValueTask<CompleteTaskResponse> CompleteActivityAsync(ActivityResponse response, GrpcCall call)
    {
        await PlainAsync(workflows.TellAsync(here => here.CompleteActivityAsync(response, call.Cancellation), call.Cancellation));
        return Completed;
    }

    /// <summary>The SDK for .NET always sends a reason; an empty one is none.</summary>
    private static string? Reason(string? sent) => string.IsNullOrEmpty(sent) ? null : sent;

    private static async Task<T> PlainAsync<T>(Task<T> asked)
    {
        try
        {
            return await asked;
        }
        catch (HubException refusal)
        {
            throw TaskHubErrors.Plain(refusal);
        }
    }

    private static async Task PlainAsync(Task asked)
    {
        try
        {
            await asked;
        }
        catch (HubException refusal)
        {
            throw TaskHubErrors.Plain(refusal);
        }
    }
}
