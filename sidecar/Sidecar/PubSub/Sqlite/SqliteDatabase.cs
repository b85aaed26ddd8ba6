using SQLitePCL;

namespace Sidecar.PubSub.Sqlite;

/// <summary>One connection to one file. For one thread at a time, and that thread may wait for the disk.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly sqlite3 handle;

    static SqliteDatabase() => Batteries_V2.Init();

    public SqliteDatabase(string path, bool readOnly = false)
    {
        var flags = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE;
        var result = raw.sqlite3_open_v2(path, out handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (result != raw.SQLITE_OK)
        {
            var reason = raw.sqlite3_errstr(result).utf8_to_string();
            handle.Dispose();
            throw new SqliteFailure(reason);
        }
    }

    public void Execute(string sql) => Check(raw.sqlite3_exec(handle, sql));

    /// <summary>The first column of the first row; null without a row.</summary>
    public string? Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(handle, sql, out var statement));
        return new(this, statement);
    }

    public bool IsInTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw new SqliteFailure(raw.sqlite3_errmsg(handle).utf8_to_string());
        }
    }

    public void Dispose()
    {
        raw.sqlite3_close_v2(handle);
        handle.Dispose();
    }
}

/// <summary>A prepared statement; parameters count from one, columns from zero.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt statement) : IDisposable
{
    public SqliteStatement Bind(int index, long value)
    {
        database.Check(raw.sqlite3_bind_int64(statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        database.Check(raw.sqlite3_bind_text(statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        database.Check(value.IsEmpty ? raw.sqlite3_bind_null(statement, index) : raw.sqlite3_bind_blob(statement, index, value));
        return this;
    }

    /// <summary>True when there is a row to read.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        database.Check(result);
        return result == raw.SQLITE_ROW;
    }

    /// <summary>For a statement without rows; ready for the next parameters afterwards.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    public void Reset() => _ = raw.sqlite3_reset(statement);

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public void Dispose() => statement.Dispose();
}

/// <summary>SQLite's own words for what went wrong.</summary>
internal sealed class SqliteFailure(string reason) : Exception(reason);
