using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Dispatch;

namespace Sidecar.Workflow.TaskHub;

/// <summary>The streams of the workers that are connected to this sidecar, whoever leads: a worker notices nothing of a change.</summary>
internal sealed class WorkerStreams(LedWorkflows workflows, WorkflowPlaces places)
{
    private int connected;

    public int Connected => Volatile.Read(ref connected);

    public async ValueTask ServeAsync(GrpcCall call)
    {
        var request = await call.ReadAsync(GetWorkItemsRequest.Parser) ?? throw GrpcErrors.Internal("EOF");
        var worker = new WorkerProfile(call.RequestHeaders.UserAgent.ToString(), request.Capabilities.Contains(WorkerCapability.StatefulHistory), places.Address);
        var link = new WorkerLink(call);
        Interlocked.Increment(ref connected);
        try
        {
            await workflows.StayAsync(here => here.ServeAsync(worker, link, call.Cancellation), call.Cancellation);
        }
        catch (ApiException) when (places.IsStopping)
        {
            throw GrpcErrors.Of(GrpcCode.Canceled, "shutting down");
        }
        finally
        {
            Interlocked.Decrement(ref connected);
        }
    }
}
