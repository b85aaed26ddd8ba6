using SQLitePCL;

namespace Sidecar.State.Sqlite;

/// <summary>What SQLite reports, in the words of the driver that daprd uses.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>Another connection is writing, this one must wait its turn.</summary>
    public bool IsBusy => (Code & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    public static SqliteFailure Of(int code, sqlite3 database)
    {
        var kind = raw.sqlite3_errstr(code).utf8_to_string();
        var message = raw.sqlite3_errmsg(database).utf8_to_string();
        var what = message == kind ? kind : $"{kind}: {message}";
        return new SqliteFailure(code, $"{what} ({code}){(code == raw.SQLITE_BUSY ? " (SQLITE_BUSY)" : "")}");
    }
}
