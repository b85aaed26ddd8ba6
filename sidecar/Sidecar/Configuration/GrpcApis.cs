namespace Sidecar.Configuration;

/// <summary>The gRPC methods behind the names by which a configuration allows or denies APIs.</summary>
public static class GrpcApis
{
    private const string Service = "/dapr.proto.runtime.v1.Dapr/";

    private static readonly Dictionary<string, string> Methods = new()
    {
        ["invoke.v1"] = "InvokeService",
        ["state.v1"] = "GetState GetBulkState SaveState DeleteState DeleteBulkState ExecuteStateTransaction",
        ["state.v1alpha1"] = "QueryStateAlpha1",
        ["publish.v1"] = "PublishEvent BulkPublishEvent",
        ["publish.v1alpha1"] = "BulkPublishEventAlpha1",
        ["bindings.v1"] = "InvokeBinding",
        ["secrets.v1"] = "GetSecret GetBulkSecret",
        ["actors.v1"] =
            "RegisterActorTimer UnregisterActorTimer RegisterActorReminder GetActorReminder UnregisterActorReminder "
            + "UnregisterActorRemindersByType ListActorReminders GetActorState ExecuteActorStateTransaction InvokeActor",
        ["actors.v1alpha1"] = "SubscribeActorEventsAlpha1",
        ["metadata.v1"] = "GetMetadata SetMetadata",
        ["configuration.v1alpha1"] = "GetConfigurationAlpha1 SubscribeConfigurationAlpha1 UnsubscribeConfigurationAlpha1",
        ["configuration.v1"] = "GetConfiguration SubscribeConfiguration UnsubscribeConfiguration",
        ["lock.v1alpha1"] = "TryLockAlpha1",
        ["unlock.v1alpha1"] = "UnlockAlpha1",
        ["subtlecrypto.v1alpha1"] =
            "SubtleGetKeyAlpha1 SubtleEncryptAlpha1 SubtleDecryptAlpha1 SubtleSignAlpha1 SubtleVerifyAlpha1 SubtleWrapKeyAlpha1 SubtleUnwrapKeyAlpha1",
        ["crypto.v1alpha1"] = "EncryptAlpha1 DecryptAlpha1",
        ["workflows.v1alpha1"] =
            "StartWorkflowAlpha1 GetWorkflowAlpha1 TerminateWorkflowAlpha1 RaiseEventWorkflowAlpha1 PurgeWorkflowAlpha1 PauseWorkflowAlpha1 ResumeWorkflowAlpha1",
        ["workflows.v1beta1"] =
            "StartWorkflowBeta1 GetWorkflowBeta1 TerminateWorkflowBeta1 RaiseEventWorkflowBeta1 PurgeWorkflowBeta1 PauseWorkflowBeta1 ResumeWorkflowBeta1",
        ["jobs.v1alpha1"] = "ScheduleJobAlpha1 DeleteJobAlpha1 GetJobAlpha1 DeleteJobsByPrefixAlpha1 ListJobsAlpha1",
        ["jobs.v1"] = "ScheduleJob DeleteJob GetJob DeleteJobsByPrefix ListJobs",
        ["shutdown.v1"] = "Shutdown",
        ["subscribe.v1alpha1"] = "SubscribeTopicEventsAlpha1",
        ["conversation.v1alpha1"] = "ConverseAlpha1",
        ["conversation.v1alpha2"] = "ConverseAlpha2",
    };

    /// <summary>Nothing for a name that there is none for. <paramref name="api"/> is NAME.VERSION.</summary>
    public static IEnumerable<string> MethodsOf(string api) =>
        Methods.TryGetValue(api, out var names) ? names.Split(' ').Select(name => Service + name) : [];
}
