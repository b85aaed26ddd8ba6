using System.Data;
using Npgsql;
using Sidecar.Components;

namespace Sidecar.State.PostgreSql;

/// <summary>State in PostgreSQL, in the tables of Dapr's version 1 or 2, which a daprd may use at the same time. A caller that no longer waits leaves its write to happen.</summary>
public sealed class PostgresStateStore : IStateStore, IListsKeys
{
    private readonly ComponentSpec spec;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly PostgresSettings settings;
    private readonly PostgresTable table;
    private readonly PostgresConnections connections;
    private readonly PostgresReader reader;
    private readonly PostgresWriter writer;
    private readonly ExpiryCleanup cleanup;

    public PostgresStateStore(ComponentSpec spec, TimeProvider time, ILogger logger)
    {
        this.spec = spec;
        this.time = time;
        this.logger = logger;
        var isSecondVersion = string.Equals(spec.Version, "v2", StringComparison.OrdinalIgnoreCase);
        settings = PostgresSettings.Of(spec.Metadata, isSecondVersion);
        table = isSecondVersion ? new PostgresTableV2(settings) : new PostgresTableV1(settings);
        connections = new PostgresConnections(settings.Connection, time);
        reader = new PostgresReader(connections, table);
        writer = new PostgresWriter(connections, table);
        cleanup = new ExpiryCleanup(settings.CleanupInterval, time, logger, RemoveExpiredAsync);
        Features = StateFeatures.ETag | StateFeatures.Transactional | StateFeatures.Ttl | StateFeatures.KeysLike | (isSecondVersion ? StateFeatures.None : StateFeatures.QueryApi);
    }

    public StateFeatures Features { get; }

    public async Task InitAsync(CancellationToken cancellation)
    {
        await new PostgresStart(spec.Name, settings, connections, table, time, logger).RunAsync(cancellation);
        cleanup.Start();
    }

    public ValueTask<StateItem?> GetAsync(StateRead read, CancellationToken cancellation) => read.Key.Length == 0
        ? throw new StateException("missing key in get operation")
        : new(reader.GetAsync(read.Key).WaitAsync(cancellation));

    public async ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(IReadOnlyList<StateRead> reads, int parallelism, CancellationToken cancellation)
    {
        var answers = new List<BulkStateItem>(reads.Count);
        if (reads.Count == 0)
        {
            return answers;
        }

        var keys = reads.Select(read => read.Key).ToArray();
        await UseAsync(
            async connection =>
            {
                await using var command = table.GetMany(connection, keys);
                await using var row = await command.ExecuteReaderAsync(cancellation);
                while (await row.ReadAsync(cancellation))
                {
                    answers.Add(ReadItem(row));
                }

                return true;
            },
            cancellation);
        var found = answers.Select(answer => answer.Key).ToHashSet(StringComparer.Ordinal);
        answers.AddRange(keys.Where(key => !found.Contains(key)).Select(key => new BulkStateItem(key)));
        return answers;
    }

    public async ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string after, int most, CancellationToken cancellation) => await UseAsync(
        async connection =>
        {
            var keys = new List<string>();
            await using var command = table.Keys(connection, prefix, after, most);
            await using var row = await command.ExecuteReaderAsync(cancellation);
            while (await row.ReadAsync(cancellation))
            {
                keys.Add(row.GetString(0));
            }

            return keys;
        },
        cancellation);

    public async ValueTask WriteAsync(StateWrite write, CancellationToken cancellation)
    {
        var prepared = table.Prepare(write);
        if (prepared.Problem is { } problem)
        {
            throw problem;
        }

        Expect(prepared);
        await writer.WriteAsync(prepared).WaitAsync(cancellation);
    }

    public async ValueTask TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        if (writes.Count == 0)
        {
            return;
        }

        var prepared = new PostgresWrite[writes.Count];
        for (var i = 0; i < prepared.Length; i++)
        {
            prepared[i] = table.Prepare(writes[i]);
        }

        Array.ForEach(prepared, Expect);
        await writer.WriteAsync(prepared).WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await cleanup.DisposeAsync();
        await connections.DisposeAsync();
    }

    private void Expect(PostgresWrite write)
    {
        if (write.Seconds > 0)
        {
            cleanup.Expect();
        }
    }

    private BulkStateItem ReadItem(NpgsqlDataReader row)
    {
        var key = row.GetString(0);
        try
        {
            return new BulkStateItem(key, table.Item(row));
        }
        catch (StateException error)
        {
            return new BulkStateItem(key, Error: error.Message);
        }
    }

    private async ValueTask<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellation)
    {
        await using var connection = await connections.OpenAsync(cancellation);
        try
        {
            return await use(connection);
        }
        catch (NpgsqlException error)
        {
            if (connection.State != ConnectionState.Open)
            {
                connections.Forget();
            }

            throw PostgresFailure.Of(error);
        }
    }

    private async Task<bool> RemoveExpiredAsync(CancellationToken cancellation) => await UseAsync(
        async connection =>
        {
            await using var begin = table.BeginCleanup(connection);
            if (await begin.ExecuteNonQueryAsync(cancellation) == 0)
            {
                logger.LogDebug("Last cleanup was performed too recently");
                return true;
            }

            await using var remove = table.RemoveExpired(connection);
            logger.LogInformation("Removed {Rows} expired rows", await remove.ExecuteNonQueryAsync(cancellation));
            await using var rest = table.HasMortals(connection);
            return await rest.ExecuteScalarAsync(cancellation) is true;
        },
        cancellation);
}
