using System.Buffers.Text;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Sidecar.State.PostgreSql;

/// <summary>The table of <c>state.postgresql</c> v1: values are JSON documents, bytes are base64 in a JSON string, the ETag is the row's transaction.</summary>
internal sealed class PostgresTableV1(PostgresSettings settings) : PostgresTable(settings)
{
    private const string New = """
        value = $2, isbinary = $3, updatedate = CURRENT_TIMESTAMP, expiredate = CURRENT_TIMESTAMP + make_interval(secs => $4)
        """;

    private readonly string upsert = $"""
        INSERT INTO {settings.Table} AS t (key, value, isbinary, expiredate) VALUES ($1, $2, $3, CURRENT_TIMESTAMP + make_interval(secs => $4))
        ON CONFLICT (key) DO UPDATE SET {New}
        """;

    private readonly string update = $"""
        UPDATE {settings.Table} SET {New} WHERE key = $1 AND xmin = $5 AND (expiredate IS NULL OR expiredate > CURRENT_TIMESTAMP)
        """;

    protected override string Select { get; } =
        $"SELECT key, value, xmin, expiredate, isbinary FROM {settings.Table} WHERE (expiredate IS NULL OR expiredate >= CURRENT_TIMESTAMP) AND ";

    protected override string Expires => "expiredate";

    protected override IReadOnlyList<PostgresMigration> Migrations { get; } =
    [
        PostgresMigration.Sql($"""
            CREATE TABLE IF NOT EXISTS {settings.Table} (
                key text NOT NULL PRIMARY KEY,
                value jsonb NOT NULL,
                isbinary boolean NOT NULL,
                insertdate timestamp with time zone NOT NULL DEFAULT now(),
                updatedate timestamp with time zone NULL
            )
            """),
        PostgresMigration.Sql($"ALTER TABLE {settings.Table} ADD expiredate timestamp with time zone"),
        PostgresMigration.AddRowId(settings.Table, "insertdate"),
    ];

    public override StateItem Item(NpgsqlDataReader row)
    {
        var value = row.GetFieldValue<byte[]>(1);
        if (row.GetBoolean(4))
        {
            value = Base64.DecodeFromUtf8InPlace(value.AsSpan(1, value.Length - 2), out var length) == System.Buffers.OperationStatus.Done
                ? value.AsSpan(1, length).ToArray()
                : throw new StateException("failed to decode base64 data: illegal base64 data");
        }

        var etag = row.GetFieldValue<uint>(2).ToString(CultureInfo.InvariantCulture);
        return new StateItem(value, etag, row.IsDBNull(3) ? null : TimeToLive.Expiry(row.GetFieldValue<DateTimeOffset>(3)));
    }

    protected override PostgresWrite PrepareSave(StateWrite request)
    {
        StateOptions.Check(request);
        CheckKey(request);
        return Checked(request);
    }

    protected override object ETagOf(string text) =>
        GoInteger.TryParseUnsigned(text, out var transaction, out var problem) ? transaction : throw new StateException(StateFailure.ETagInvalid, problem);

    protected override NpgsqlBatchCommand Save(PostgresWrite write)
    {
        var (request, etag) = (write.Request, write.ETag);
        var sql = etag is not null ? update : request.IsFirstWrite ? upsert + " WHERE t.expiredate IS NOT NULL AND t.expiredate < CURRENT_TIMESTAMP" : upsert;
        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                Text(request.Key),
                new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = Encode(request.Value), NpgsqlDbType = NpgsqlDbType.Jsonb },
                new NpgsqlParameter<bool> { TypedValue = !request.Value.IsJson },
                Life(write),
            },
        };
        if (etag is not null)
        {
            command.Parameters.Add(Transaction(etag));
        }

        return command;
    }

    protected override NpgsqlBatchCommand Delete(PostgresWrite write) => write.ETag is null
        ? new NpgsqlBatchCommand($"DELETE FROM {Settings.Table} WHERE key = $1") { Parameters = { Text(write.Request.Key) } }
        : new NpgsqlBatchCommand($"DELETE FROM {Settings.Table} WHERE key = $1 AND xmin = $2") { Parameters = { Text(write.Request.Key), Transaction(write.ETag) } };

    private static NpgsqlParameter Transaction(object etag) => new() { Value = etag, NpgsqlDbType = NpgsqlDbType.Xid };

    private static ReadOnlyMemory<byte> Encode(StateValue value)
    {
        if (value.IsJson)
        {
            return value.Bytes;
        }

        var json = new byte[Base64.GetMaxEncodedToUtf8Length(value.Bytes.Length) + 2];
        Base64.EncodeToUtf8(value.Bytes.Span, json.AsSpan(1), out _, out var length);
        (json[0], json[length + 1]) = ((byte)'"', (byte)'"');
        return json.AsMemory(0, length + 2);
    }
}
