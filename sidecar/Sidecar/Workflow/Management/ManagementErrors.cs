using Sidecar.Errors;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.Management;

/// <summary>What the management API refuses, in daprd's words: some of them quote how Go got there.</summary>
internal static class ManagementErrors
{
    public const int LongestId = 64;

    public static ApiException NoName() => Bad("ERR_WORKFLOW_NAME_MISSING", "workflow name is not configured");

    public static ApiException NoId() => Bad("ERR_INSTANCE_ID_PROVIDED_MISSING", "no instance ID was provided");

    public static ApiException NoEventName() => Bad("ERR_WORKFLOW_EVENT_NAME_MISSING", "missing workflow event name");

    public static ApiException TooLong() => Bad("ERR_INSTANCE_ID_TOO_LONG", $"workflow instance ID exceeds the max length of {LongestId} characters");

    public static ApiException Malformed(string id) =>
        Bad("ERR_INSTANCE_ID_INVALID", $"workflow instance ID '{id}' is invalid: only alphanumeric and underscore characters are allowed");

    public static ApiException Unknown(string id) => NotFound($"unable to find workflow with the provided instance ID: {id}");

    public static ApiException BadStartTime(string name, string time) => Failed(
        "ERR_START_WORKFLOW", $"error starting workflow '{name}': unable to start workflow: failed to parse start time: parsing time \"{time}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse");

    public static ApiException Start(string name, HubException refusal) => Failed(
        "ERR_START_WORKFLOW",
        $"error starting workflow '{name}': unable to start workflow: failed to start workflow: {(refusal.Failure == HubFailure.AlreadyExists ? "rpc error: code = AlreadyExists desc = " : "")}{refusal.Message}");

    public static ApiException Get(string id, HubException refusal) =>
        Failed("ERR_GET_WORKFLOW", $"error while getting workflow info on instance '{id}': {refusal.Message}");

    public static ApiException Terminate(string id, HubException refusal) => refusal.Failure == HubFailure.NotFound
        ? Missing(id, $"failed to submit termination request:: {refusal.Message}")
        : Failed("ERR_TERMINATE_WORKFLOW", $"error terminating workflow '{id}': failed to terminate workflow {id}: failed to submit termination request:: {refusal.Message}");

    public static ApiException Raise(string id, string name, HubException refusal) => Failed(
        "ERR_RAISE_EVENT_WORKFLOW", $"error raising event on workflow '{id}': failed to raise event {name} on workflow {id}: failed to raise event: {refusal.Message}");

    public static ApiException Pause(string id, HubException refusal) =>
        Failed("ERR_PAUSE_WORKFLOW", $"error pausing workflow {id}: failed to pause workflow {id}: failed to suspend workflow: {refusal.Message}");

    public static ApiException Resume(string id, HubException refusal) =>
        Failed("ERR_RESUME_WORKFLOW", $"error resuming workflow {id}: failed to resume workflow {id}: failed to resume workflow: {refusal.Message}");

    public static ApiException Purge(string id, HubException refusal) => refusal.Failure == HubFailure.NotFound
        ? Missing(id, $"failed to purge workflow state: failed to fetch workflow state: {refusal.Message}")
        : Failed("ERR_PURGE_WORKFLOW", $"error purging workflow {id}: failed to Purge workflow {id}: failed to purge workflow state: {refusal.Message}");

    /// <summary>Go puts what a format has no place for behind it.</summary>
    private static ApiException Missing(string id, string reason) =>
        NotFound($"unable to find workflow with the provided instance ID: {id}%!(EXTRA *fmt.wrapError={reason})");

    private static ApiException NotFound(string message) => new(404, GrpcCode.NotFound, "ERR_INSTANCE_ID_NOT_FOUND", message);

    private static ApiException Bad(string code, string message) => new(400, GrpcCode.InvalidArgument, code, message);

    private static ApiException Failed(string code, string message) => new(500, GrpcCode.Internal, code, message);
}
