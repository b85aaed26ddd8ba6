namespace Sidecar.State.Sqlite;

/// <summary>
/// A thread with a connection of its own. The one that writes takes everything that waits into one transaction, commits once, and
/// answers all of them after that; a job that is refused leaves the others of its group alone. When it rests it tidies up, once.
/// </summary>
internal sealed class SqliteWorker
{
    private const int LargestGroup = 256;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private readonly Inbox<SqliteJob> inbox;
    private readonly Func<SqliteTable> open;
    private readonly bool groups;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteTable? table;

    public SqliteWorker(string name, Inbox<SqliteJob> inbox, Func<SqliteTable> open, bool groups)
    {
        this.inbox = inbox;
        this.open = open;
        this.groups = groups;
        new Thread(Work, 256 * 1024) { IsBackground = true, Name = name }.Start();
    }

    public Task Ended => ended.Task;

    private void Work()
    {
        var jobs = new List<SqliteJob>();
        var isTidy = true;
        while (inbox.Take(jobs, groups ? LargestGroup : 1, isTidy ? Timeout.InfiniteTimeSpan : Rest))
        {
            if (jobs.Count == 0)
            {
                table!.Tidy();
                isTidy = true;
                continue;
            }

            try
            {
                table ??= open();
                if (groups)
                {
                    isTidy = false;
                    InOneTransaction(table, jobs);
                }
                else
                {
                    Run(table, jobs[0]);
                }
            }
            catch (Exception failure)
            {
                FailAll(jobs, failure);
            }

            foreach (var job in jobs)
            {
                job.Finish();
            }

            jobs.Clear();
        }

        table?.Dispose();
        ended.SetResult();
    }

    private static void InOneTransaction(SqliteTable table, List<SqliteJob> jobs)
    {
        table.Database.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var job in jobs)
            {
                Run(table, job);
                if (!table.Database.InTransaction)
                {
                    FailAll(jobs, job.Failure);
                    return;
                }
            }

            table.Database.Execute("COMMIT");
        }
        catch when (table.Database.InTransaction)
        {
            table.Database.Execute("ROLLBACK");
            throw;
        }
    }

    private static void Run(SqliteTable table, SqliteJob job)
    {
        try
        {
            job.Run(table);
        }
        catch (Exception failure)
        {
            job.Failure = failure;
        }
    }

    private static void FailAll(List<SqliteJob> jobs, Exception? failure)
    {
        foreach (var job in jobs)
        {
            job.Failure ??= failure;
        }
    }
}
