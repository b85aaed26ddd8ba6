using Npgsql;
using NpgsqlTypes;

namespace Sidecar.State.PostgreSql;

/// <summary>What the two versions of the state table have in common: the same calls, over different columns.</summary>
internal abstract class PostgresTable(PostgresSettings settings)
{
    protected PostgresSettings Settings { get; } = settings;

    /// <summary>Selects key, value, ETag and expiry (and what else <see cref="Item"/> wants), up to the condition on the key.</summary>
    protected abstract string Select { get; }

    protected abstract string Expires { get; }

    protected abstract IReadOnlyList<PostgresMigration> Migrations { get; }

    public Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        PostgresMigration.RunAsync(connection, Settings, Migrations, cancellation);

    public NpgsqlCommand Get(NpgsqlConnection connection, string key) => new(Select + "key = $1", connection)
    {
        Parameters = { Text(key) },
    };

    public NpgsqlCommand GetMany(NpgsqlConnection connection, string[] keys) => new(Select + "key = ANY($1)", connection)
    {
        Parameters = { new NpgsqlParameter<string[]> { TypedValue = keys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } },
    };

    /// <summary>Those between two others, in an order that depends on no locale.</summary>
    public NpgsqlCommand Keys(NpgsqlConnection connection, string prefix, string after, int most) => new($"""
        SELECT key FROM {Settings.Table}
        WHERE key COLLATE "C" >= $1 AND key COLLATE "C" < $2 AND key COLLATE "C" > $3 AND ({Expires} IS NULL OR {Expires} >= now()) ORDER BY key COLLATE "C" LIMIT $4
        """, connection)
    {
        Parameters = { Text(prefix), Text(IListsKeys.Beyond(prefix)), Text(after), new NpgsqlParameter<int> { TypedValue = most } },
    };

    public abstract StateItem Item(NpgsqlDataReader row);

    public PostgresWrite Prepare(StateWrite request)
    {
        try
        {
            return request.IsDelete ? PrepareDelete(request) : PrepareSave(request);
        }
        catch (StateException problem)
        {
            return new PostgresWrite(request) { Problem = problem };
        }
    }

    /// <param name="failsWhenRefused">A refusal is then an error, which takes the whole transaction with it.</param>
    public NpgsqlBatchCommand Command(PostgresWrite write, bool failsWhenRefused)
    {
        var command = write.Request.IsDelete ? Delete(write) : Save(write);
        if (failsWhenRefused && write.CanBeRefused)
        {
            command.CommandText = $"WITH done AS ({command.CommandText} RETURNING 1) SELECT 1 / count(*) FROM done";
        }

        return command;
    }

    /// <summary>Marks a cleanup as begun unless one began, in whatever process, less than an interval ago.</summary>
    public NpgsqlCommand BeginCleanup(NpgsqlConnection connection) => new($"""
        INSERT INTO {Settings.MetadataTable} AS m (key, value) VALUES ($1, now()::text)
        ON CONFLICT (key) DO UPDATE SET value = now()::text WHERE (EXTRACT('epoch' FROM now() - m.value::timestamptz) * 1000)::bigint > $2
        """, connection)
    {
        Parameters = { Text(Settings.CleanupKey), new NpgsqlParameter<long> { TypedValue = (long)Settings.CleanupInterval.TotalMilliseconds - 100 } },
    };

    public NpgsqlCommand RemoveExpired(NpgsqlConnection connection) =>
        new($"DELETE FROM {Settings.Table} WHERE {Expires} IS NOT NULL AND {Expires} < now()", connection);

    public NpgsqlCommand HasMortals(NpgsqlConnection connection) =>
        new($"SELECT EXISTS (SELECT 1 FROM {Settings.Table} WHERE {Expires} IS NOT NULL)", connection);

    protected abstract PostgresWrite PrepareSave(StateWrite request);

    protected abstract object ETagOf(string text);

    protected abstract NpgsqlBatchCommand Save(PostgresWrite write);

    protected abstract NpgsqlBatchCommand Delete(PostgresWrite write);

    protected PostgresWrite Checked(StateWrite request) => new(request)
    {
        Seconds = TimeToLive.Seconds(request.Metadata),
        ETag = request.HasETag ? ETagOf(request.ETag!) : null,
    };

    protected static void CheckKey(StateWrite request)
    {
        if (request.Key.Length == 0)
        {
            throw new StateException(request.IsDelete ? "missing key in delete operation" : "missing key in set operation");
        }
    }

    protected static NpgsqlParameter Text(string text) => new NpgsqlParameter<string> { TypedValue = text, NpgsqlDbType = NpgsqlDbType.Text };

    /// <summary>Seconds to live; no value for ever, which makes the moment of expiry NULL.</summary>
    protected static NpgsqlParameter Life(PostgresWrite write) =>
        new() { Value = write.Seconds > 0 ? (double)write.Seconds : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double };

    private PostgresWrite PrepareDelete(StateWrite request)
    {
        CheckKey(request);
        return new PostgresWrite(request) { ETag = request.HasETag ? ETagOf(request.ETag!) : null };
    }
}
