using Sidecar.Errors;
using Sidecar.Grpc;

namespace Sidecar.Workflow.TaskHub;

/// <summary>The way to one worker. One that takes nothing for too long is let go, so that others get what it was to do.</summary>
internal sealed class WorkerLink(GrpcCall call)
{
    private const int MostUnsent = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private int unsent;

    /// <summary>What is small goes out with the next flush.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> item, CancellationToken cancellation)
    {
        call.Queue(item.Span);
        unsent += item.Length;
        return unsent < MostUnsent ? ValueTask.CompletedTask : FlushAsync(cancellation);
    }

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        unsent = 0;
        var flush = call.FlushAsync();
        if (flush.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            // The network takes what it takes, whatever clock workflows go by.
            await flush.AsTask().WaitAsync(Patience, TimeProvider.System, cancellation);
        }
        catch (TimeoutException)
        {
            call.Context.Abort();
            throw GrpcErrors.Of(GrpcCode.DeadlineExceeded, "the worker did not take its work items in time");
        }
    }
}
