using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Telemetry.Metrics;
using Sidecar.Workflow.Hub;

namespace Sidecar.Workflow.TaskHub;

/// <summary>What is asked of workflows, in the words of daprd's metrics; null for what it does not count.</summary>
internal static class Operation
{
    public const string Create = "create_workflow";
    public const string Get = "get_workflow";
    public const string AddEvent = "add_event";
    public const string Purge = "purge_workflow";
}

/// <summary>Whoever leads the workflows of this app, found again whenever that changes.</summary>
internal sealed class LedWorkflows(WorkflowPlaces places, WorkflowMetrics metrics, TimeProvider time)
{
    /// <summary>A call that may be made again when nobody knows what became of it is; another one fails then.</summary>
    public async Task<T> AskAsync<T>(Func<IWorkflows, Task<T>> ask, CancellationToken cancellation, string? operation = null, bool isRepeatable = true)
    {
        var since = time.GetTimestamp();
        var isDone = false;
        try
        {
            var answer = await TryAsync(ask, isRepeatable, cancellation);
            isDone = true;
            return answer;
        }
        finally
        {
            if (operation is not null)
            {
                metrics.Asked(operation, isDone, time.GetElapsedTime(since));
            }
        }
    }

    public Task TellAsync(Func<IWorkflows, Task> tell, CancellationToken cancellation, string? operation = null, bool isRepeatable = true) => AskAsync(
        async here =>
        {
            await tell(here);
            return true;
        },
        cancellation,
        operation,
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

    private async Task<T> TryAsync<T>(Func<IWorkflows, Task<T>> ask, bool isRepeatable, CancellationToken cancellation)
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
}
