using Npgsql;
using NpgsqlTypes;

namespace Sidecar.State.PostgreSql;

/// <summary>The table of <c>state.postgresql</c> v2: values are the bytes that came, the ETag is a column of its own.</summary>
internal sealed class PostgresTableV2(PostgresSettings settings) : PostgresTable(settings)
{
    private const string New = "value = $2, updated_at = now(), etag = gen_random_uuid(), expires_at = now() + make_interval(secs => $3)";

    private readonly string upsert = $"""
        INSERT INTO {settings.Table} AS t (key, value, etag, expires_at) VALUES ($1, $2, gen_random_uuid(), now() + make_interval(secs => $3))
        ON CONFLICT (key) DO UPDATE SET {New}
        """;

    private readonly string update =
        $"UPDATE {settings.Table} SET {New} WHERE key = $1 AND etag = $4 AND (expires_at IS NULL OR expires_at >= now())";

    protected override string Select { get; } =
        $"SELECT key, value, etag, expires_at FROM {settings.Table} WHERE (expires_at IS NULL OR expires_at >= now()) AND ";

    protected override string Expires => "expires_at";

    protected override IReadOnlyList<PostgresMigration> Migrations { get; } =
    [
        PostgresMigration.Sql($"""
            CREATE TABLE IF NOT EXISTS {settings.Table} (
                key text NOT NULL PRIMARY KEY,
                value bytea NOT NULL,
                etag uuid NOT NULL DEFAULT gen_random_uuid(),
                created_at timestamp with time zone NOT NULL DEFAULT now(),
                updated_at timestamp with time zone,
                expires_at timestamp with time zone
            );
            CREATE INDEX ON {settings.Table} (expires_at)
            """),
        PostgresMigration.AddRowId(settings.Table, "created_at"),
    ];

    public override StateItem Item(NpgsqlDataReader row) => new(
        row.GetFieldValue<byte[]>(1),
        row.GetGuid(2).ToString(),
        row.IsDBNull(3) ? null : TimeToLive.Expiry(row.GetFieldValue<DateTimeOffset>(3)));

    protected override PostgresWrite PrepareSave(StateWrite request)
    {
        CheckKey(request);
        StateOptions.Check(request);
        return Checked(request);
    }

    protected override object ETagOf(string text) =>
        UuidText.TryParse(text, out var uuid, out var problem) ? uuid : throw new StateException(StateFailure.ETagMismatch, problem);

    protected override NpgsqlBatchCommand Save(PostgresWrite write)
    {
        var (request, etag) = (write.Request, write.ETag);
        var sql = etag is not null ? update : request.IsFirstWrite ? upsert + " WHERE t.expires_at IS NOT NULL AND t.expires_at < now()" : upsert;
        var command = new NpgsqlBatchCommand(sql) { Parameters = { Text(request.Key), Value(request.Value), Life(write) } };
        if (etag is not null)
        {
            command.Parameters.Add(Uuid(etag));
        }

        return command;
    }

    protected override NpgsqlBatchCommand Delete(PostgresWrite write) => write.ETag is null
        ? new NpgsqlBatchCommand($"DELETE FROM {Settings.Table} WHERE key = $1") { Parameters = { Text(write.Request.Key) } }
        : new NpgsqlBatchCommand($"DELETE FROM {Settings.Table} WHERE key = $1 AND etag = $2") { Parameters = { Text(write.Request.Key), Uuid(write.ETag) } };

    private static NpgsqlParameter Uuid(object etag) => new() { Value = etag, NpgsqlDbType = NpgsqlDbType.Uuid };

    // No bytes at all reach daprd's table as NULL, which it refuses.
    private static NpgsqlParameter Value(StateValue value) => value is { IsJson: false, Bytes.IsEmpty: true }
        ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea }
        : new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = value.Bytes, NpgsqlDbType = NpgsqlDbType.Bytea };
}
