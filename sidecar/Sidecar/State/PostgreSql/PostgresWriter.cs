using System.Data;
using Npgsql;

namespace Sidecar.State.PostgreSql;

/// <summary>
/// Requests that come together travel together: one round trip, one transaction, one commit. A single write that the table refuses shows
/// in the number of changed rows and touches nobody else. A statement that fails rolls all back: its request leaves the group, the
/// others go again, and then it is done by itself for its exact answer. Writes of one key are never in two groups at once: a row that
/// somebody has locked holds up one lane only.
/// </summary>
internal sealed class PostgresWriter(PostgresConnections connections, PostgresTable table) : PostgresLanes<PostgresJob>
{
    private readonly HashSet<string> keysInUse = new(StringComparer.Ordinal);

    public Task WriteAsync(params IReadOnlyList<PostgresWrite> writes)
    {
        var job = new PostgresJob(writes);
        Add(job);
        return job.Done;
    }

    protected override bool MayGo(PostgresJob job)
    {
        foreach (var write in job.Writes)
        {
            if (keysInUse.Contains(write.Request.Key))
            {
                return false;
            }
        }

        return true;
    }

    protected override void OnTaken(List<PostgresJob> group)
    {
        foreach (var job in group)
        {
            foreach (var write in job.Writes)
            {
                keysInUse.Add(write.Request.Key);
            }
        }
    }

    protected override void OnDone(List<PostgresJob> group)
    {
        foreach (var job in group)
        {
            foreach (var write in job.Writes)
            {
                keysInUse.Remove(write.Request.Key);
            }
        }
    }

    protected override async Task RunAsync(List<PostgresJob> group)
    {
        try
        {
            await using var connection = await connections.OpenAsync(CancellationToken.None);
            try
            {
                await WriteAsync(connection, group);
            }
            finally
            {
                if (connection.State != ConnectionState.Open)
                {
                    connections.Forget();
                }
            }
        }
        catch (Exception error)
        {
            var failure = PostgresFailure.Of(error);
            group.ForEach(job => job.Answer(failure));
        }
    }

    private async Task WriteAsync(NpgsqlConnection connection, List<PostgresJob> group)
    {
        var alone = await WriteTogetherAsync(connection, group);
        if (alone.Count == 0)
        {
            return;
        }

        Release(group, alone);
        foreach (var job in alone)
        {
            job.Answer(await PostgresTransaction.RunAsync(connection, table, job.Writes));
        }
    }

    /// <summary>Answers those that must be done by themselves.</summary>
    private async Task<List<PostgresJob>> WriteTogetherAsync(NpgsqlConnection connection, List<PostgresJob> group)
    {
        var alone = group.FindAll(static job => job.Writes.Any(write => write.Problem is not null));
        var together = alone.Count == 0 ? group : group.FindAll(job => !alone.Contains(job));
        while (together.Count > 0)
        {
            await using var batch = new PostgresGroup(connection, table, together);
            var culprits = await batch.TryAsync();
            if (culprits.Count == 0)
            {
                break;
            }

            alone.AddRange(culprits);
            together = together.FindAll(job => !culprits.Contains(job));
        }

        return alone;
    }
}
