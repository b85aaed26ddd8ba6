using Grpc.Core;

namespace Dapr.Wire;

/// <summary>How long a call may take: until its caller cancels it, or its time is over.</summary>
internal sealed class WireTime : IDisposable
{
    private readonly CancellationTokenSource? source;
    private readonly CancellationToken caller;
    private readonly bool isCancellationThrown;

    public WireTime(TimeSpan? limit, bool isCancellationThrown, CancellationToken caller)
    {
        this.caller = caller;
        this.isCancellationThrown = isCancellationThrown;
        if (limit is { } time)
        {
            source = CancellationTokenSource.CreateLinkedTokenSource(caller);
            source.CancelAfter(time);
        }
    }

    public CancellationToken Token => source?.Token ?? caller;

    /// <summary>The failure of a call that ended with an exception.</summary>
    public Exception FailureOf(Exception problem)
    {
        if (problem is RpcException)
        {
            return problem;
        }

        if (!Token.IsCancellationRequested)
        {
            return problem is OperationCanceledException ? WireFailure.Of(StatusCode.Cancelled, problem.Message, problem) : WireFailure.Of(problem);
        }

        var failure = caller.IsCancellationRequested
            ? WireFailure.Of(StatusCode.Cancelled, "Call canceled by the client.", problem)
            : WireFailure.Of(StatusCode.DeadlineExceeded, "", problem);
        return isCancellationThrown ? new OperationCanceledException(failure.Status.Detail, failure, Token) : failure;
    }

    public void Dispose() => source?.Dispose();
}
