namespace Sidecar.State.PostgreSql;

/// <summary>One write, or several of which all happen or none, and who waits for the answer.</summary>
internal sealed class PostgresJob(IReadOnlyList<PostgresWrite> writes)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<PostgresWrite> Writes => writes;

    public Task Done => done.Task;

    public bool Touches(string key)
    {
        foreach (var write in writes)
        {
            if (write.Request.Key == key)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null for success. Only the first answer counts.</summary>
    public void Answer(Exception? failure)
    {
        if (failure is null)
        {
            done.TrySetResult();
        }
        else
        {
            done.TrySetException(failure);
        }
    }
}
