namespace Sidecar.State;

/// <summary>
/// Several writes of one call: side by side, not atomic. A policy that runs it again repeats only what failed and may succeed, so what
/// was written stays written once and a lost race stays lost.
/// </summary>
internal sealed class BulkWrite(IStateStore store, IReadOnlyList<StateWrite> writes)
{
    private IReadOnlyList<StateWrite> left = writes;

    public async ValueTask<bool> RunAsync(CancellationToken cancellation)
    {
        var failures = await Task.WhenAll(left.Select(write => TryAsync(write, cancellation)));
        var failed = failures.Where(failure => failure.Problem is not null).ToList();
        if (failed.Count == 0)
        {
            return true;
        }

        var retriable = failed.Where(failure => !IsETag(failure.Problem!)).Select(failure => failure.Write).ToList();
        if (retriable.Count > 0)
        {
            left = retriable;
        }

        throw Joined(failed.ConvertAll(failure => failure.Problem!), retriable.Count > 0);
    }

    private static Exception Joined(List<Exception> problems, bool anyRetriable)
    {
        if (anyRetriable)
        {
            // One lost race among other failures decides the status, as the first that Go's errors.As finds.
            var race = (StateException?)problems.Find(IsETag);
            return race is null ? new StateException(Text(problems)) : new StateException(race.Failure, race.Reason) { IsFinal = false };
        }

        var invalid = problems.Exists(problem => problem is StateException { Failure: StateFailure.ETagInvalid });
        return new StateException(invalid ? StateFailure.ETagInvalid : StateFailure.ETagMismatch, Text(problems));
    }

    private static string Text(List<Exception> problems) => string.Join('\n', problems.Select(problem => problem.Message));

    private static bool IsETag(Exception problem) => problem is StateException { Failure: not StateFailure.Refused };

    private async Task<(StateWrite Write, Exception? Problem)> TryAsync(StateWrite write, CancellationToken cancellation)
    {
        try
        {
            await store.WriteAsync(write, cancellation);
            return (write, null);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            return (write, problem);
        }
    }
}
