using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Grpc;
using Sidecar.Protos;

namespace Sidecar.Workflow.Management;

/// <summary>The management API over gRPC, under two names of the same meaning.</summary>
internal sealed class ManagementGrpc(WorkflowManagement management)
{
    private static readonly Empty Nothing = new();

    public void Register(GrpcMethods methods)
    {
        foreach (var version in new[] { "Alpha1", "Beta1" })
        {
            methods.Unary(Path("Start"), StartWorkflowRequest.Parser, StartAsync);
            methods.Unary(Path("Get"), GetWorkflowRequest.Parser, GetAsync);
            methods.Unary(Path("RaiseEvent"), RaiseEventWorkflowRequest.Parser, RaiseAsync);
            methods.Unary(Path("Pause"), PauseWorkflowRequest.Parser, (request, call) => ToldAsync(management.PauseAsync(request.InstanceId, call.Cancellation)));
            methods.Unary(Path("Resume"), ResumeWorkflowRequest.Parser, (request, call) => ToldAsync(management.ResumeAsync(request.InstanceId, call.Cancellation)));
            methods.Unary(Path("Terminate"), TerminateWorkflowRequest.Parser, (request, call) => ToldAsync(management.TerminateAsync(request.InstanceId, call.Cancellation)));
            methods.Unary(Path("Purge"), PurgeWorkflowRequest.Parser, (request, call) => ToldAsync(management.PurgeAsync(request.InstanceId, call.Cancellation)));

            string Path(string verb) => $"{GrpcMethods.Dapr}{verb}Workflow{version}";
        }
    }

    private async ValueTask<StartWorkflowResponse> StartAsync(StartWorkflowRequest request, GrpcCall call) => new()
    {
        InstanceId = await management.StartAsync(request.InstanceId, request.WorkflowName, Text(request.Input), request.Options, call.Cancellation),
    };

    /// <summary>One that does not exist is told by its id alone.</summary>
    private async ValueTask<GetWorkflowResponse> GetAsync(GetWorkflowRequest request, GrpcCall call)
    {
        var answer = new GetWorkflowResponse { InstanceId = request.InstanceId };
        if (await management.GetAsync(request.InstanceId, call.Cancellation) is { } instance)
        {
            answer.WorkflowName = instance.Name;
            answer.CreatedAt = instance.CreatedAt;
            answer.LastUpdatedAt = instance.LastUpdatedAt;
            answer.RuntimeStatus = instance.Status;
            answer.Properties.Add(instance.Properties);
        }

        return answer;
    }

    private async ValueTask<Empty> RaiseAsync(RaiseEventWorkflowRequest request, GrpcCall call)
    {
        await management.RaiseAsync(request.InstanceId, request.EventName, Text(request.EventData), call.Cancellation);
        return Nothing;
    }

    private static async ValueTask<Empty> ToldAsync(Task told)
    {
        await told;
        return Nothing;
    }

    /// <summary>No bytes are no input; over HTTP an empty body is an empty one.</summary>
    private static string? Text(ByteString bytes) => bytes.IsEmpty ? null : bytes.ToStringUtf8();
}
