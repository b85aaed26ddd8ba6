using SQLitePCL;

namespace Sidecar.State.Sqlite;

/// <summary>
/// One connection, used by one thread. SQLite's own wait for a lock sleeps in whole seconds in the library that ships with .NET,
/// so this waits itself: for the patience that it is given, or until closing is set.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly sqlite3 handle;
    private readonly TimeSpan patience;
    private readonly TimeProvider time;
    private readonly ManualResetEventSlim closing;
    private readonly List<SqliteStatement> statements = [];

    static SqliteDatabase() => Batteries_V2.Init();

    public SqliteDatabase(string uri, TimeSpan patience, TimeProvider time, ManualResetEventSlim closing)
    {
        this.patience = patience;
        this.time = time;
        this.closing = closing;
        var code = raw.sqlite3_open_v2(uri, out handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_URI | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            var failure = SqliteFailure.Of(code, handle);
            handle.Dispose();
            throw failure;
        }

        raw.sqlite3_extended_result_codes(handle, 1);
    }

    /// <summary>Rows that the last statement inserted, updated or deleted.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    /// <summary>False also after SQLite itself has rolled back, as it does when the disk is full.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    public SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(this, sql);
        statements.Add(statement);
        return statement;
    }

    public void Execute(string sql)
    {
        using var statement = new SqliteStatement(this, sql);
        statement.Run();
    }

    /// <summary>The first column of the first row as text; null without a row.</summary>
    public string? Scalar(string sql, string? argument = null)
    {
        using var statement = new SqliteStatement(this, sql);
        if (argument is not null)
        {
            statement.Bind(1, argument);
        }

        return statement.Step() ? statement.String(0) : null;
    }

    public void Dispose()
    {
        foreach (var statement in statements)
        {
            statement.Dispose();
        }

        handle.Dispose();
    }

    internal sqlite3_stmt Compile(string sql)
    {
        var code = Patiently((handle, sql), static call => (raw.sqlite3_prepare_v2(call.handle, call.sql, out var compiled), compiled), out var statement);
        return code == raw.SQLITE_OK ? statement : throw SqliteFailure.Of(code, handle);
    }

    /// <summary>True with a row, false at the end.</summary>
    internal bool Step(sqlite3_stmt statement, bool isFirst)
    {
        var code = raw.sqlite3_step(statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE) && isFirst && IsBusy(code))
        {
            code = Patiently(statement, static call =>
            {
                raw.sqlite3_reset(call);
                return (raw.sqlite3_step(call), call);
            }, out _);
        }

        return code switch
        {
            raw.SQLITE_ROW => true,
            raw.SQLITE_DONE => false,
            _ => throw SqliteFailure.Of(code, handle),
        };
    }

    private int Patiently<TCall, TResult>(TCall call, Func<TCall, (int Code, TResult Result)> attempt, out TResult result)
    {
        var started = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(1);
        while (true)
        {
            (var code, result) = attempt(call);
            if (!IsBusy(code) || time.GetElapsedTime(started) >= patience || closing.Wait(pause))
            {
                return code;
            }

            pause = pause < TimeSpan.FromMilliseconds(16) ? pause * 2 : pause;
        }
    }

    private static bool IsBusy(int code) => (code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;
}
