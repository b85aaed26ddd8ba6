using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.TaskHub;

/// <summary>Whoever leads the workflows of this app, found again whenever that changes.</summary>
internal sealed class LedWorkflows(WorkflowPlaces places, WorkflowMetrics metrics, TimeProvider time)
{
    /// <summary>A call that may be made again when nobody knows what became of it is; another one fails then.</summary>
    public async Task<T> AskAsync<T>(Func<IWorkflows, Task<T>> ask, CancellationToken cancellation, bool isRepeatable = true)
    {
        while (true)
        {
            var place = await places.FindAsync(cancellation);
            try
            {
                return await ask(place.Workflows);
            }
            catch (HubException moved) when (moved.Failure == HubFailure.Moved)
            {
                await places.LeftAsync(place);
            }
            catch (GrpcException broken) when (broken.Headers is null && broken.Code is GrpcCode.Unavailable or GrpcCode.Internal or GrpcCode.Canceled)
            {
                await places.LeftAsync(place);
                if (!isRepeatable && !broken.IsUnreached)
                {
                    throw TaskHubErrors.Unavailable($"the sidecar that leads the workflows has gone, and nobody knows whether it did this: {broken.Message}");
                }
            }
        }
    }

    public Task TellAsync(Func<IWorkflows, Task> tell, CancellationToken cancellation, bool isRepeatable = true) => AskAsync(
        async here =>
        {
            await tell(here);
            return true;
        },
        cancellation,
        isRepeatable);

    /// <summary>Goes on at the next place for as long as the caller stays; this sidecar's own end ends it.</summary>
    public async Task StayAsync(Func<IWorkflows, Task> stay, CancellationToken cancellation)
    {
        while (true)
        {
            await TellAsync(stay, cancellation);
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
