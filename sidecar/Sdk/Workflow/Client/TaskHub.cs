using System.Reflection;
using Dapr.Wire;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Workflow.Client;

/// <summary>The methods of the sidecar's workflow service.</summary>
internal static class TaskHub
{
    /// <summary>The SDK's name and version, as it tells the sidecar.</summary>
    public static readonly string Agent = $"dapr-sdk-dotnet/v{typeof(TaskHub).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}";

    private const string Service = "/TaskHubSidecarService/";
    public static readonly WireMethod<Empty> Hello = new(Service + "Hello", Empty.Parser);
    public static readonly WireMethod<Protocol.WorkItem> GetWorkItems = new(Service + "GetWorkItems", Protocol.WorkItem.Parser);

    /// <summary>Its name before 1.18, which every sidecar knows.</summary>
    public static readonly WireMethod<Protocol.CompleteTaskResponse> CompleteTurn = new(Service + "CompleteOrchestratorTask", Protocol.CompleteTaskResponse.Parser);
    public static readonly WireMethod<Protocol.CompleteTaskResponse> CompleteActivity = new(Service + "CompleteActivityTask", Protocol.CompleteTaskResponse.Parser);
    public static readonly WireMethod<Protocol.CreateInstanceResponse> Start = new(Service + "StartInstance", Protocol.CreateInstanceResponse.Parser);
    public static readonly WireMethod<Protocol.GetInstanceResponse> Get = new(Service + "GetInstance", Protocol.GetInstanceResponse.Parser);
    public static readonly WireMethod<Protocol.GetInstanceResponse> WaitForStart = new(Service + "WaitForInstanceStart", Protocol.GetInstanceResponse.Parser);
    public static readonly WireMethod<Protocol.GetInstanceResponse> WaitForCompletion = new(Service + "WaitForInstanceCompletion", Protocol.GetInstanceResponse.Parser);
    public static readonly WireMethod<Protocol.RaiseEventResponse> Raise = new(Service + "RaiseEvent", Protocol.RaiseEventResponse.Parser);
    public static readonly WireMethod<Protocol.TerminateResponse> Terminate = new(Service + "TerminateInstance", Protocol.TerminateResponse.Parser);
    public static readonly WireMethod<Protocol.SuspendResponse> Suspend = new(Service + "SuspendInstance", Protocol.SuspendResponse.Parser);
    public static readonly WireMethod<Protocol.ResumeResponse> Resume = new(Service + "ResumeInstance", Protocol.ResumeResponse.Parser);
    public static readonly WireMethod<Protocol.PurgeInstancesResponse> Purge = new(Service + "PurgeInstances", Protocol.PurgeInstancesResponse.Parser);
    public static readonly WireMethod<Protocol.ListInstanceIDsResponse> List = new(Service + "ListInstanceIDs", Protocol.ListInstanceIDsResponse.Parser);
    public static readonly WireMethod<Protocol.GetInstanceHistoryResponse> History = new(Service + "GetInstanceHistory", Protocol.GetInstanceHistoryResponse.Parser);
    public static readonly WireMethod<Protocol.RerunWorkflowFromEventResponse> Rerun = new(Service + "RerunWorkflowFromEvent", Protocol.RerunWorkflowFromEventResponse.Parser);
}
