using System.Data;
using Npgsql;

namespace Sidecar.State.PostgreSql;

/// <summary>
/// Requests that come together travel together: one round trip, one transaction, one commit. A single write that the table refuses shows
/// in the number of changed rows and touches nobody else. A statement that fails rolls all back: its request leaves the group, the
/// others go again, and then it is done by itself for its exact answer. Writes of one key are never in two groups at once: a row that
/// somebody has locked holds up one lane only.
/// </summary>
internal sealed class PostgresWriter(PostgresConnections connections, PostgresTable table)
{
    private const int Lanes = 3;
    private const int LargestGroup = 64;
    private readonly LinkedList<PostgresJob> waiting = new();
    private readonly HashSet<string> keysInUse = new(StringComparer.Ordinal);
    private int lanesInUse;

    public Task WriteAsync(params IReadOnlyList<PostgresWrite> writes)
    {
        var job = new PostgresJob(writes);
        lock (waiting)
        {
            waiting.AddLast(job);
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

            Release(group);
            group.ForEach(static job => job.Answer());
            group.Clear();
        }
    }

    private bool Take(List<PostgresJob> group)
    {
        lock (waiting)
        {
            for (var next = waiting.First; next is not null && group.Count < LargestGroup;)
            {
                var (job, place) = (next.Value, next);
                next = next.Next;
                if (IsFree(job))
                {
                    group.Add(job);
                    waiting.Remove(place);
                }
            }

            foreach (var job in group)
            {
                foreach (var write in job.Writes)
                {
                    keysInUse.Add(write.Request.Key);
                }
            }

            if (group.Count == 0)
            {
                lanesInUse--;
            }
        }

        return group.Count > 0;
    }

    private bool IsFree(PostgresJob job)
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

    private void Release(List<PostgresJob> group)
    {
        lock (waiting)
        {
            foreach (var job in group)
            {
                foreach (var write in job.Writes)
                {
                    keysInUse.Remove(write.Request.Key);
                }
            }
        }
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
