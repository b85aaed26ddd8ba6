namespace Sidecar.State.Sqlite;

/// <summary>Something to do with the table on the thread that owns a connection; whoever asked is answered in <see cref="Finish"/>.</summary>
internal abstract class SqliteJob
{
    /// <summary>Thrown by <see cref="Run"/>: this job has failed, whatever happens to the transaction around it.</summary>
    public Exception? Failure { get; set; }

    public abstract void Run(SqliteTable table);

    public abstract void Finish();
}

/// <summary>A question, answered with a value.</summary>
internal sealed class SqliteQuestion<T>(Func<SqliteTable, T> ask) : SqliteJob
{
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? found;

    public Task<T> Answer => answer.Task;

    public override void Run(SqliteTable table) => found = ask(table);

    public override void Finish()
    {
        if (Failure is null)
        {
            answer.SetResult(found!);
        }
        else
        {
            answer.SetException(Failure);
        }
    }
}

/// <summary>One write, or several of which all happen or none.</summary>
internal sealed class SqliteSave(params IReadOnlyList<SqliteWrite> writes) : SqliteJob
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => done.Task;

    public override void Run(SqliteTable table)
    {
        if (writes.Count == 1)
        {
            Failure = table.Apply(writes[0]);
            return;
        }

        table.Database.Execute("SAVEPOINT request");
        try
        {
            for (var i = 0; i < writes.Count && Failure is null; i++)
            {
                Failure = table.Apply(writes[i]);
            }
        }
        catch (SqliteFailure failure)
        {
            Failure = failure;
        }

        if (table.Database.InTransaction)
        {
            table.Database.Execute(Failure is null ? "RELEASE request" : "ROLLBACK TO request");
        }
    }

    public override void Finish()
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
