using System.Data;
using Npgsql;

namespace Sidecar.State.PostgreSql;

/// <summary>One request by itself, its writes in their order; the first that fails decides.</summary>
internal static class PostgresTransaction
{
    private const int Attempts = 5;

    /// <summary>Answers why nothing was written, if so. Throws when the connection broke.</summary>
    public static async Task<Exception?> RunAsync(NpgsqlConnection connection, PostgresTable table, IReadOnlyList<PostgresWrite> writes)
    {
        for (var attempt = 1; ; attempt++)
        {
            var failure = await TryAsync(connection, table, writes);
            // Two transactions that wait for each other: one was rolled back so that the other could go on. Now it can go on too.
            if (attempt == Attempts || failure is not PostgresFailure { InnerException: PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected } })
            {
                return failure;
            }
        }
    }

    private static async Task<Exception?> TryAsync(NpgsqlConnection connection, PostgresTable table, IReadOnlyList<PostgresWrite> writes)
    {
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        foreach (var write in writes)
        {
            if (await RunAsync(transaction, table, write) is { } failure)
            {
                return failure;
            }
        }

        await transaction.CommitAsync(CancellationToken.None);
        return null;
    }

    private static async Task<Exception?> RunAsync(NpgsqlTransaction transaction, PostgresTable table, PostgresWrite write)
    {
        if (write.Problem is { } problem)
        {
            return problem;
        }

        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var command = table.Command(write, failsWhenRefused: false);
        batch.BatchCommands.Add(command);
        try
        {
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
            return write.Verdict(command.Rows);
        }
        catch (PostgresException error) when (transaction.Connection is { State: ConnectionState.Open })
        {
            return PostgresFailure.Of(error);
        }
    }
}
