using Npgsql;
using Sidecar.Components;

namespace Sidecar.State.PostgreSql;

/// <summary>The way to a usable table: waits for a server that is not there yet, creates or upgrades the tables.</summary>
internal sealed class PostgresStart(
    string store, PostgresSettings settings, PostgresConnections connections, PostgresTable table, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private readonly string server = $"{settings.Connection.Host}:{settings.Connection.Port}, database {settings.Connection.Database}, user {settings.Connection.Username}";

    public async Task RunAsync(CancellationToken cancellation)
    {
        var reason = "no answer";
        var pause = TimeSpan.FromMilliseconds(100);
        try
        {
            while (await TryAsync(cancellation) is { } problem)
            {
                if (problem != reason)
                {
                    logger.LogWarning("State store {Store} waits for PostgreSQL at {Server}: {Reason}", store, server, problem);
                    reason = problem;
                }

                await Task.Delay(pause, time, cancellation);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new ComponentException($"PostgreSQL at {server} could not be reached in time: {reason}. Is it running, and are host and port right?");
        }
        catch (Exception error) when (error is NpgsqlException or PostgresFailure or InvalidDataException)
        {
            throw new ComponentException($"cannot use PostgreSQL at {server}: {PostgresFailure.Of(error).Message}. Do the database and the user exist, and may the user create tables?", error);
        }
    }

    /// <summary>Null when all is ready; otherwise what time may mend.</summary>
    private async Task<string?> TryAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await connections.OpenAsync(cancellation);
            await table.PrepareAsync(connection, cancellation);
            await CheckDurabilityAsync(connection, cancellation);
            return null;
        }
        catch (PostgresFailure failure) when (failure.InnerException is not PostgresException { IsTransient: false })
        {
            return failure.Message;
        }
        catch (NpgsqlException error) when (error is not PostgresException)
        {
            return PostgresFailure.Of(error).Message;
        }
    }

    private async Task CheckDurabilityAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT string_agg(name, ', ') FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off'", connection);
        if (await query.ExecuteScalarAsync(cancellation) is string off)
        {
            logger.LogWarning("State store {Store}: PostgreSQL at {Server} has {Settings} off: a crash of it can lose writes that were answered", store, server, off);
        }
    }
}
