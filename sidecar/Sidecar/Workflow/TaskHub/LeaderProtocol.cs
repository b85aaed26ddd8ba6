using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.TaskHub;

/// <summary>
/// What sidecars of one app ask of the one that leads its workflows: the messages of TaskHubSidecarService under names of our own, on the
/// internal port. Whoever asks shows the run id of the leader's lease, which only those know who can read the app's store.
/// </summary>
internal static class LeaderProtocol
{
    public const string Service = "/sidecar.workflow.Leader/";
    /// <summary>Asks a sidecar to look whether it still leads.</summary>
    public const string Check = "Check";

    public const string RunHeader = "leader-run";
    public const string AgentHeader = "worker-agent";
    public const string SidecarHeader = "worker-sidecar";

    /// <summary>The caller waits until a worker has taken it up, not only until it is durable.</summary>
    public const string UntilDoneHeader = "until-done";

    public static ApiException ToStatus(HubException refusal) => GrpcErrors.Of(GrpcCode.Aborted, $"{refusal.Failure}:{refusal.Message}");

    /// <summary>False when the failure is one of the way there.</summary>
    public static bool TryReadRefusal(GrpcException failure, out (HubFailure Failure, string Message) refusal)
    {
        refusal = default;
        var colon = failure.Message.IndexOf(':', StringComparison.Ordinal);
        if (failure.Code != GrpcCode.Aborted || colon < 0 || !Enum.TryParse<HubFailure>(failure.Message.AsSpan(0, colon), out var kind))
        {
            return false;
        }

        refusal = (kind, failure.Message[(colon + 1)..]);
        return true;
    }
}
