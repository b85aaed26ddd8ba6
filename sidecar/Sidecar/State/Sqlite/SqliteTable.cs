using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace Sidecar.State.Sqlite;

/// <summary>
/// The state table through one connection. Moments are bound as text in SQLite's own form, in whole seconds, as daprd writes them.
/// </summary>
internal sealed class SqliteTable : IDisposable
{
    private static readonly SearchValues<byte> Base64Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);
    private const string Live = "(expiration_time IS NULL OR expiration_time > ?2)";
    private readonly SqliteSettings settings;
    private readonly TimeProvider time;
    private readonly SqliteStatement select;
    private readonly Lazy<SqliteStatement> upsert;
    private readonly Lazy<SqliteStatement> insert;
    private readonly Lazy<SqliteStatement> update;
    private readonly Lazy<SqliteStatement> delete;
    private readonly Lazy<SqliteStatement> deleteMatching;
    private (long Second, string Text) clock = (-1, "");

    public SqliteTable(SqliteDatabase database, SqliteSettings settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        Database = database;
        var table = settings.Table;
        const string Columns = "(key, update_time, value, is_binary, etag, expiration_time) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        const string New = "value = ?3, is_binary = ?4, etag = ?5, expiration_time = ?6, update_time = ?2";
        select = database.Prepare($"SELECT value, is_binary, etag, expiration_time FROM {table} WHERE key = ?1 AND {Live}");
        upsert = Lazily($"INSERT INTO {table} {Columns} ON CONFLICT (key) DO UPDATE SET {New}");
        insert = Lazily($"INSERT INTO {table} {Columns} ON CONFLICT (key) DO UPDATE SET {New} WHERE NOT {Live}");
        update = Lazily($"UPDATE {table} SET {New} WHERE key = ?1 AND etag = ?7 AND {Live}");
        delete = Lazily($"DELETE FROM {table} WHERE key = ?1");
        deleteMatching = Lazily($"DELETE FROM {table} WHERE key = ?1 AND etag = ?2");
    }

    public SqliteDatabase Database { get; }

    public StateItem? Read(string key)
    {
        select.Bind(1, key);
        select.Bind(2, Now);
        try
        {
            return select.Step() ? Item() : null;
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>Those between two others, in the order of the index.</summary>
    public IReadOnlyList<string> Keys(string prefix, string after, int most)
    {
        using var statement = new SqliteStatement(Database, $"SELECT key FROM {settings.Table} WHERE key >= ?1 AND key < ?3 AND key > ?5 AND {Live} ORDER BY key LIMIT ?4");
        statement.Bind(1, prefix);
        statement.Bind(2, Now);
        statement.Bind(3, IListsKeys.Beyond(prefix));
        statement.Bind(4, most);
        statement.Bind(5, after);
        var keys = new List<string>();
        while (statement.Step())
        {
            keys.Add(statement.String(0));
        }

        return keys;
    }

    /// <summary>What the table refuses it answers, without changing anything.</summary>
    public StateException? Apply(SqliteWrite write)
    {
        if (write.Problem is { } problem)
        {
            return problem;
        }

        var request = write.Request;
        var changes = request.IsDelete ? Delete(request) : Save(write);
        var mustMatch = request.HasETag || (request.IsFirstWrite && !request.IsDelete);
        return changes == 0 && mustMatch ? new StateException(StateFailure.ETagMismatch) : null;
    }

    /// <summary>Null when another process did this less than an interval ago.</summary>
    public int? RemoveExpired()
    {
        using var mark = new SqliteStatement(Database, $"""
            INSERT INTO {settings.MetadataTable} (key, value) VALUES ('last-cleanup', ?1)
            ON CONFLICT (key) DO UPDATE SET value = ?1 WHERE (strftime('%s', ?1) - strftime('%s', value)) * 1000 > ?2
            """);
        mark.Bind(1, Now);
        mark.Bind(2, (long)settings.CleanupInterval.TotalMilliseconds - 100);
        if (mark.Run() == 0)
        {
            return null;
        }

        using var remove = new SqliteStatement(Database, $"DELETE FROM {settings.Table} WHERE expiration_time IS NOT NULL AND expiration_time < ?1");
        remove.Bind(1, Now);
        return remove.Run();
    }

    public bool HasMortals() => Database.Scalar($"SELECT 1 FROM {settings.Table} WHERE expiration_time IS NOT NULL LIMIT 1") is not null;

    /// <summary>Empties the log, which still has what was deleted and replaced. Another process that reads prevents it until the next time.</summary>
    public void Tidy()
    {
        try
        {
            _ = settings.UsesWal ? Database.Scalar("PRAGMA wal_checkpoint(TRUNCATE)") : null;
        }
        catch (SqliteFailure)
        {
            // Writes say what is wrong with the file; this can wait.
        }
    }

    public void Dispose() => Database.Dispose();

    private string Now
    {
        get
        {
            var now = time.GetUtcNow();
            var second = now.ToUnixTimeSeconds();
            if (second != clock.Second)
            {
                clock = (second, Text(now));
            }

            return clock.Text;
        }
    }

    private int Save(SqliteWrite write)
    {
        var statement = (write.Request.HasETag ? update : write.Request.IsFirstWrite ? insert : upsert).Value;
        statement.Bind(1, write.Request.Key);
        statement.Bind(2, Now);
        statement.Bind(3, write.Value.Span);
        statement.Bind(4, write.Request.Value.IsJson ? 0 : 1);
        statement.Bind(5, write.ETag);
        if (write.Seconds > 0)
        {
            statement.Bind(6, Text(time.GetUtcNow().AddSeconds(write.Seconds)));
        }
        else
        {
            statement.BindNull(6);
        }

        if (write.Request.HasETag)
        {
            statement.Bind(7, write.Request.ETag!);
        }

        return statement.Run();
    }

    private int Delete(StateWrite request)
    {
        var statement = (request.HasETag ? deleteMatching : delete).Value;
        statement.Bind(1, request.Key);
        if (request.HasETag)
        {
            statement.Bind(2, request.ETag!);
        }

        return statement.Run();
    }

    private StateItem Item()
    {
        var text = select.Bytes(0);
        byte[] data;
        if (select.Number(1) == 0)
        {
            data = text.ToArray();
        }
        else
        {
            data = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
            if (Base64.DecodeFromUtf8(text, data, out _, out var length) != OperationStatus.Done)
            {
                var place = text.IndexOfAnyExcept(Base64Letters);
                throw new StateException($"failed to decode binary data: illegal base64 data at input byte {(place < 0 ? text.Length : place)}");
            }

            Array.Resize(ref data, length);
        }

        return new StateItem(data, select.String(2), select.IsNull(3) ? null : TimeToLive.Expiry(Rfc3339(select.String(3))));
    }

    private Lazy<SqliteStatement> Lazily(string sql) => new(() => Database.Prepare(sql), LazyThreadSafetyMode.None);

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Rfc3339(string moment) => string.Concat(moment.Replace(' ', 'T'), "Z");
}
