using System.Data;
using Npgsql;

namespace Sidecar.State.PostgreSql;

/// <summary>
/// Requests that come together travel together: one round trip, one transaction, one commit. A single write that the table refuses shows
/// in the number of changed rows and touches nobody else. A statement that fails rolls all back: its request leaves the group, the
/// others go again, and then it is done by itself for its exact answer.
/// </summary>
internal sealed class PostgresWriter(PostgresConnections connections, PostgresTable table)
{
    private const int Lanes = 2;
    private const int LargestGroup = 64;
    private readonly Queue<PostgresJob> waiting = new();
    private int lanesInUse;

    public Task WriteAsync(params IReadOnlyList<PostgresWrite> writes)
    {
        var job = new PostgresJob(writes);
        lock (waiting)
        {
            waiting.Enqueue(job);
            if (lanesInUse == Lanes)
            {
                return job.Done;
            }

            lanesInUse++;
        }

        _ = DrainAsync();
        return job.Done;
    }

    private async Task DrainAsync()
    {
        var group = new List<PostgresJob>();
        while (Take(group))
        {
            try
            {
                await WriteAsync(group);
            }
            catch (Exception error)
            {
                var failure = PostgresFailure.Of(error);
                group.ForEach(job => job.Failure ??= job.IsDone ? null : failure);
            }

            group.ForEach(static job => job.Answer());
            group.Clear();
        }
    }

    private bool Take(List<PostgresJob> group)
    {
        lock (waiting)
        {
            while (group.Count < LargestGroup && waiting.TryDequeue(out var job))
            {
                group.Add(job);
            }

            if (group.Count == 0)
            {
                lanesInUse--;
            }
        }

        return group.Count > 0;
    }

    private async Task WriteAsync(List<PostgresJob> group)
    {
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        try
        {
            foreach (var job in await WriteTogetherAsync(connection, group))
            {
                job.Failure = await PostgresTransaction.RunAsync(connection, table, job.Writes);
                job.IsDone = true;
            }
        }
        finally
        {
            if (connection.State != ConnectionState.Open)
            {
                connections.Forget();
            }
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
            if (await batch.TryAsync() is not { } culprit)
            {
                break;
            }

            alone.Add(culprit);
            together = together.FindAll(job => job != culprit);
        }

        return alone;
    }
}
