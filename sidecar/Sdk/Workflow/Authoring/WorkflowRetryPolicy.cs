namespace Dapr.Workflow;

/// <summary>When a failed activity or child workflow is called again.</summary>
public class WorkflowRetryPolicy
{
    private static readonly TimeSpan UnsaidMaximum = TimeSpan.FromHours(1);

    /// <summary>A policy. The first call counts as an attempt; each wait is the one before times the coefficient.</summary>
    public WorkflowRetryPolicy(int maxNumberOfAttempts, TimeSpan firstRetryInterval, double backoffCoefficient = 1.0, TimeSpan? maxRetryInterval = null, TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNumberOfAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRetryInterval ?? UnsaidMaximum, firstRetryInterval, nameof(maxRetryInterval));
        if (retryTimeout is { } limit && limit != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, firstRetryInterval, nameof(retryTimeout));
        }

        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = maxRetryInterval;
        RetryTimeout = retryTimeout ?? Timeout.InfiniteTimeSpan;
    }

    /// <summary>How often it is called at most.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>The wait after the first failure.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>By how much each wait is longer.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>The longest wait; null is no limit.</summary>
    public TimeSpan? MaxRetryInterval { get; }

    /// <summary>How long after the first call it may still be called again.</summary>
    public TimeSpan RetryTimeout { get; }
}
