using Google.Protobuf.WellKnownTypes;
using Sidecar.Grpc;

namespace Sidecar.Workflow.TaskHub;

/// <summary>TaskHubSidecarService where no component keeps workflows.</summary>
internal static class AbsentTaskHub
{
    private static readonly string[] Methods =
    [
        "StartInstance", "GetInstance", "WaitForInstanceStart", "WaitForInstanceCompletion", "RaiseEvent", "TerminateInstance", "SuspendInstance", "ResumeInstance",
        "PurgeInstances", "RerunWorkflowFromEvent", "ListInstanceIDs", "GetInstanceHistory", "CompleteActivityTask", "CompleteOrchestratorTask", "CompleteWorkflowTask",
    ];

    public static void Register(GrpcMethods methods)
    {
        methods.Unary(TaskHubGrpc.Service + "Hello", Empty.Parser, (request, _) => ValueTask.FromResult(request));
        foreach (var name in Methods)
        {
            methods.Unary<Empty, Empty>(TaskHubGrpc.Service + name, Empty.Parser, (_, _) => throw TaskHubErrors.NoStore());
        }

        methods.Streaming(
            TaskHubGrpc.Service + "GetWorkItems", _ => throw TaskHubErrors.Unavailable($"unable to establish work item stream at this time: {TaskHubErrors.NoStore().Message}"));
    }
}
