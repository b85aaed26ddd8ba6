namespace Sidecar.State.PostgreSql;

/// <summary>One write, or several of which all happen or none, and who waits for the answer.</summary>
internal sealed class PostgresJob(IReadOnlyList<PostgresWrite> writes)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<PostgresWrite> Writes => writes;

    public Task Done => done.Task;

    /// <summary>Its outcome is known, whatever happens to others after it.</summary>
    public bool IsDone { get; set; }

    public Exception? Failure { get; set; }

    public void Answer()
    {
        if (Failure is null)
        {
            done.SetResult();
        }
        else
        {
            done.SetException(Failure);
        }
    }
}
