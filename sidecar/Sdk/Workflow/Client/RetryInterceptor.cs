namespace Dapr.Workflow.Client;

/// <summary>Calls again what failed, as a policy says. Waits are durable timers.</summary>
/// <typeparam name="T">What comes of the call.</typeparam>
public sealed class RetryInterceptor<T>(IWorkflowContext context, WorkflowRetryPolicy retryPolicy, Func<Task<T>> retryCall, Func<TimeSpan, Task>? retryTimerFactory = null)
{
    /// <summary>The result of the first call that succeeds.</summary>
    /// <exception cref="WorkflowTaskFailedException">None did; this is why the last failed.</exception>
    public async Task<T?> Invoke()
    {
        var begin = context.CurrentUtcDateTime;
        for (var failed = 0; ; failed++)
        {
            TimeSpan delay;
            try
            {
                return await retryCall();
            }
            catch (WorkflowTaskFailedException) when ((delay = DelayAfter(failed, begin)) > TimeSpan.Zero)
            {
                await WaitAsync(delay);
            }
        }
    }

    private Task WaitAsync(TimeSpan delay) => retryTimerFactory is not null
        ? retryTimerFactory(delay)
        : context is WorkflowContext workflow
            ? workflow.CreateTimer(delay)
            : throw new InvalidOperationException("Retries need a WorkflowContext, whose timers last.");

    /// <summary>Zero when it is not called again.</summary>
    private TimeSpan DelayAfter(int failed, DateTime begin)
    {
        var isLast = failed + 1 == retryPolicy.MaxNumberOfAttempts;
        var hasLimit = retryPolicy.RetryTimeout != Timeout.InfiniteTimeSpan && retryPolicy.RetryTimeout != TimeSpan.MaxValue;
        if (isLast || (hasLimit && context.CurrentUtcDateTime - begin >= retryPolicy.RetryTimeout))
        {
            return TimeSpan.Zero;
        }

        var milliseconds = retryPolicy.FirstRetryInterval.TotalMilliseconds * Math.Pow(retryPolicy.BackoffCoefficient, failed);
        if (!(milliseconds < TimeSpan.MaxValue.TotalMilliseconds))
        {
            return TimeSpan.Zero;
        }

        var delay = TimeSpan.FromMilliseconds(milliseconds);
        return delay > retryPolicy.MaxRetryInterval ? retryPolicy.MaxRetryInterval.Value : delay;
    }
}
