using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.TaskHub;

/// <summary>What is refused, as daprd's TaskHubSidecarService says it: most of it is of no known code, with some words before the reason.</summary>
internal static class TaskHubErrors
{
    public static ApiException Start(HubException refusal) => refusal.Failure == HubFailure.AlreadyExists
        ? GrpcErrors.Of(GrpcCode.AlreadyExists, $"failed to create workflow instance: rpc error: code = AlreadyExists desc = {refusal.Message}")
        : Plain(refusal, "failed to create workflow instance: ");

    public static ApiException Terminate(HubException refusal) => Plain(refusal, "failed to submit termination request: ");

    /// <summary>With the children, the state is read before it is purged.</summary>
    public static ApiException Purge(HubException refusal, bool recursive) =>
        Plain(refusal, recursive && refusal.Failure == HubFailure.NotFound ? "failed to purge workflow state: failed to fetch workflow state: " : "failed to purge workflow state: ");

    public static ApiException Rerun(HubException refusal) => refusal.Failure switch
    {
        HubFailure.Invalid => GrpcErrors.Of(GrpcCode.InvalidArgument, refusal.Message),
        HubFailure.NotFound => GrpcErrors.Of(GrpcCode.NotFound, refusal.Message),
        HubFailure.AlreadyExists => GrpcErrors.Of(GrpcCode.AlreadyExists, refusal.Message),
        _ => Plain(refusal),
    };

    public static ApiException Plain(HubException refusal, string before = "") =>
        refusal.Failure == HubFailure.Moved ? Unavailable(refusal.Message) : GrpcErrors.Of(GrpcCode.Unknown, before + refusal.Message);

    public static ApiException Unavailable(string message) => GrpcErrors.Of(GrpcCode.Unavailable, message);

    public static ApiException NoStore() => GrpcErrors.Internal("the state store is not configured to use the actor runtime");
}
