using System.Data;
using Npgsql;

namespace Sidecar.State.PostgreSql;

/// <summary>
/// The statements of several requests, sent at once; PostgreSQL makes them one transaction. Groups that lock their rows in the order of
/// the keys never wait for each other in a circle, and the order of statements on different keys is nobody's concern.
/// </summary>
internal sealed class PostgresGroup : IAsyncDisposable
{
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

    /// <summary>Null when all is committed; otherwise nothing is, because of the request that comes back.</summary>
    public async Task<PostgresJob?> TryAsync()
    {
        try
        {
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (PostgresException error) when (connection.State == ConnectionState.Open)
        {
            var place = error.BatchCommand is NpgsqlBatchCommand command ? batch.BatchCommands.IndexOf(command) : -1;
            return place < 0 ? jobs[0] : statements[place].Job;
        }

        for (var i = 0; i < statements.Count; i++)
        {
            var (job, write, _) = statements[i];
            job.IsDone = true;
            if (job.Writes.Count == 1)
            {
                job.Failure = write.Verdict(batch.BatchCommands[i].Rows);
            }
        }

        return null;
    }

    public ValueTask DisposeAsync() => batch.DisposeAsync();
}
