using Npgsql;
using ConnectionState = System.Data.ConnectionState;

namespace Sidecar.State.PostgreSql;

/// <summary>
/// The statements of several requests, sent at once; PostgreSQL makes them one transaction. Groups that lock their rows in the order of
/// the keys never wait for each other in a circle, and the order of statements on different keys is nobody's concern.
/// </summary>
internal sealed class PostgresGroup : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlBatch batch;
    private readonly List<PostgresJob> jobs;
    private readonly List<(PostgresJob Job, PostgresWrite Write, int Place)> statements = [];

    public PostgresGroup(NpgsqlConnection connection, PostgresTable table, List<PostgresJob> jobs)
    {
        this.connection = connection;
        this.jobs = jobs;
        foreach (var job in jobs)
        {
            foreach (var write in job.Writes)
            {
                statements.Add((job, write, statements.Count));
            }
        }

        statements.Sort(static (left, right) =>
            string.CompareOrdinal(left.Write.Request.Key, right.Write.Request.Key) is not 0 and var order ? order : left.Place - right.Place);
        batch = new NpgsqlBatch(connection);
        foreach (var (job, write, _) in statements)
        {
            batch.BatchCommands.Add(table.Command(write, failsWhenRefused: job.Writes.Count > 1));
        }
    }

    /// <summary>Nobody when all is committed and answered; otherwise nothing is, because of those who come back.</summary>
    public async Task<List<PostgresJob>> TryAsync()
    {
        try
        {
            await ExecuteAsync();
        }
        catch (PostgresException) when (connection.State == ConnectionState.Open)
        {
            return [FirstUndone().Job];
        }
        catch (OperationCanceledException) when (connection.State == ConnectionState.Open)
        {
            var key = FirstUndone().Write.Request.Key;
            return jobs.FindAll(job => job.Touches(key));
        }

        for (var i = 0; i < statements.Count; i++)
        {
            var (job, write, _) = statements[i];
            job.Answer(job.Writes.Count == 1 ? write.Verdict(batch.BatchCommands[i].Rows) : null);
        }

        return [];
    }

    public ValueTask DisposeAsync() => batch.DisposeAsync();

    private async Task ExecuteAsync()
    {
        var work = batch.ExecuteNonQueryAsync(CancellationToken.None);
        if (jobs.Count > 1)
        {
            await ((Task)work.WaitAsync(Patience)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!work.IsCompleted)
            {
                // A row that somebody has locked: the statement that waits for it fails, and the others need not wait.
                await Task.Run(batch.Cancel);
            }
        }

        await work;
    }

    private (PostgresJob Job, PostgresWrite Write, int Place) FirstUndone()
    {
        var place = 0;
        while (place < statements.Count - 1 && batch.BatchCommands[place].StatementType != StatementType.Unknown)
        {
            place++;
        }

        return statements[place];
    }
}
