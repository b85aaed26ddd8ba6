using Google.Protobuf;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Hub;
using Empty = Google.Protobuf.WellKnownTypes.Empty;

namespace Sidecar.Workflow.TaskHub;

/// <summary>What other sidecars of the app ask of this one while it leads.</summary>
internal sealed class LeaderGrpc(WorkflowPlaces places)
{
    public void Register(GrpcMethods methods)
    {
        Add(methods, "Start", CreateInstanceRequest.Parser, async (request, here, call) => new CreateInstanceResponse
        {
            InstanceId = await here.StartAsync(new StartRequest(request, request.ParentTraceContext), UntilDone(call), call.Cancellation),
        });
        Add(methods, "Get", GetInstanceRequest.Parser, async (request, here, call) => Answer(await here.GetAsync(request.InstanceId, request.GetInputsAndOutputs, call.Cancellation)));
        foreach (var awaited in Enum.GetValues<Awaited>())
        {
            Add(methods, $"WaitUntil{awaited}", GetInstanceRequest.Parser, async (request, here, call) =>
                Answer(await here.WaitAsync(request.InstanceId, awaited, request.GetInputsAndOutputs, call.Cancellation)));
        }

        Add(methods, "Raise", RaiseEventRequest.Parser, async (request, here, call) =>
        {
            await here.RaiseAsync(request.InstanceId, request.Name, request.Input, call.Cancellation);
            return new RaiseEventResponse();
        });
        Add(methods, "Terminate", TerminateRequest.Parser, async (request, here, call) =>
        {
            await here.TerminateAsync(request.InstanceId, request.Output, request.Recursive, UntilDone(call), call.Cancellation);
            return new TerminateResponse();
        });
        Add(methods, "Suspend", SuspendRequest.Parser, async (request, here, call) =>
        {
            await here.SuspendAsync(request.InstanceId, request.Reason, UntilDone(call), call.Cancellation);
            return new SuspendResponse();
        });
        Add(methods, "Resume", ResumeRequest.Parser, async (request, here, call) =>
        {
            await here.ResumeAsync(request.InstanceId, request.Reason, UntilDone(call), call.Cancellation);
            return new ResumeResponse();
        });
        Add(methods, "Purge", PurgeInstancesRequest.Parser, async (request, here, call) => new PurgeInstancesResponse
        {
            DeletedInstanceCount = await here.PurgeAsync(request.InstanceId, request.Recursive, request.Force, call.Cancellation),
        });
        Add(methods, "Rerun", RerunWorkflowFromEventRequest.Parser, async (request, here, call) => new RerunWorkflowFromEventResponse
        {
            NewInstanceId = await here.RerunAsync(request, call.Cancellation),
        });
        Add(methods, "History", GetInstanceHistoryRequest.Parser, async (request, here, call) => new GetInstanceHistoryResponse
        {
            Events = { await here.HistoryAsync(request.InstanceId, call.Cancellation) ?? throw HubException.NoSuchInstance() },
        });
        Add(methods, "List", ListInstanceIDsRequest.Parser, ListAsync);
        Add(methods, "CompleteTurn", WorkflowResponse.Parser, async (response, here, call) =>
        {
            await here.CompleteTurnAsync(response, call.Cancellation);
            return new CompleteTaskResponse();
        });
        Add(methods, "CompleteActivity", ActivityResponse.Parser, async (response, here, call) =>
        {
            await here.CompleteActivityAsync(response, call.Cancellation);
            return new CompleteTaskResponse();
        });
        methods.Unary(
            LeaderProtocol.Service + LeaderProtocol.Check,
            Empty.Parser,
            async (_, _) =>
            {
                await places.CheckAsync();
                return new Empty();
            },
            isInternal: true);
        methods.Streaming(LeaderProtocol.Service + "Work", WorkAsync, isInternal: true);
    }

    private static GetInstanceResponse Answer(WorkflowState? state) => state is null ? new GetInstanceResponse() : new GetInstanceResponse { Exists = true, WorkflowState = state };

    private static bool UntilDone(GrpcCall call) => call.RequestHeaders.ContainsKey(LeaderProtocol.UntilDoneHeader);

    private static async ValueTask<ListInstanceIDsResponse> ListAsync(ListInstanceIDsRequest request, IWorkflows here, GrpcCall call)
    {
        var (ids, next) = await here.ListAsync(request.HasContinuationToken ? request.ContinuationToken : null, (int)request.PageSize, call.Cancellation);
        var answer = new ListInstanceIDsResponse { InstanceIds = { ids } };
        if (next is not null)
        {
            answer.ContinuationToken = next;
        }

        return answer;
    }

    private void Add<TRequest, TResponse>(GrpcMethods methods, string name, MessageParser<TRequest> parser, Func<TRequest, IWorkflows, GrpcCall, ValueTask<TResponse>> answer)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        methods.Unary(
            LeaderProtocol.Service + name,
            parser,
            async (request, call) =>
            {
                try
                {
                    return await answer(request, await HereAsync(call), call);
                }
                catch (HubException refusal)
                {
                    throw LeaderProtocol.ToStatus(refusal);
                }
            },
            isInternal: true);

    private async ValueTask WorkAsync(GrpcCall call)
    {
        var request = await call.ReadAsync(GetWorkItemsRequest.Parser) ?? throw GrpcErrors.Of(GrpcCode.Internal, "EOF");
        var worker = new WorkerProfile(
            GrpcStatus.Unescape(call.RequestHeaders[LeaderProtocol.AgentHeader].ToString()),
            request.Capabilities.Contains(WorkerCapability.StatefulHistory),
            call.RequestHeaders[LeaderProtocol.SidecarHeader].ToString());
        try
        {
            await (await HereAsync(call)).ServeAsync(worker, new WorkerLink(call), call.Cancellation);
        }
        catch (HubException refusal)
        {
            throw LeaderProtocol.ToStatus(refusal);
        }
    }

    private ValueTask<IWorkflows> HereAsync(GrpcCall call) => places.HereAsync(call.RequestHeaders[LeaderProtocol.RunHeader].ToString(), call.Cancellation);
}
