using System.Collections.Frozen;
using Sidecar.Http;

namespace Sidecar.Telemetry;

/// <summary>The names of endpoints that stand in the API log in place of URLs.</summary>
internal static class EndpointNames
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GET healthz"] = "Healthz",
        ["GET healthz/outbound"] = "HealthzOutbound",
        ["GET state/*/*"] = "GetState",
        ["POST state/*"] = "SaveState",
        ["PUT state/*"] = "SaveState",
        ["DELETE state/*/*"] = "DeleteState",
        ["POST state/*/bulk"] = "GetBulkState",
        ["PUT state/*/bulk"] = "GetBulkState",
        ["POST state/*/transaction"] = "ExecuteStateTransaction",
        ["PUT state/*/transaction"] = "ExecuteStateTransaction",
        ["POST state/*/query"] = "QueryStateAlpha1",
        ["PUT state/*/query"] = "QueryStateAlpha1",
        ["POST publish/*/*"] = "PublishEvent",
        ["PUT publish/*/*"] = "PublishEvent",
        ["POST publish/bulk/*/*"] = "BulkPublishEvent",
        ["PUT publish/bulk/*/*"] = "BulkPublishEvent",
        ["POST bindings/*"] = "InvokeBinding",
        ["PUT bindings/*"] = "InvokeBinding",
        ["GET configuration/*"] = "GetConfiguration",
        ["GET configuration/*/subscribe"] = "SubscribeConfiguration",
        ["GET configuration/*/*/unsubscribe"] = "UnsubscribeConfiguration",
        ["POST lock/*"] = "TryLock",
        ["POST unlock/*"] = "Unlock",
        ["GET metadata"] = "GetMetadata",
        ["PUT metadata/*"] = "PutMetadata",
        ["GET secrets/*/bulk"] = "GetBulkSecret",
        ["GET secrets/*/*"] = "GetSecret",
        ["POST shutdown"] = "Shutdown",
        ["POST jobs/*"] = "ScheduleJob",
        ["GET jobs/*"] = "GetJob",
        ["DELETE jobs/*"] = "DeleteJob",
        ["GET workflows/*/*"] = "GetWorkflow",
        ["POST workflows/*/*/start"] = "StartWorkflow",
        ["POST workflows/*/*/raiseEvent/*"] = "RaiseEventWorkflow",
        ["POST workflows/*/*/pause"] = "PauseWorkflow",
        ["POST workflows/*/*/resume"] = "ResumeWorkflow",
        ["POST workflows/*/*/terminate"] = "TerminateWorkflow",
        ["POST workflows/*/*/purge"] = "PurgeWorkflow",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Of(HttpCall call)
    {
        if (call.Target is { } target)
        {
            return $"InvokeService/{target.AppId}";
        }

        if (call.Route is not { } route)
        {
            return "InvokeService";
        }

        var shape = string.Join('/', route.Template.Split('/').Select(part => part.StartsWith('{') ? "*" : part));
        return Names.GetValueOrDefault($"{call.Context.Request.Method} {shape}", "");
    }
}
