using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Sidecar.State.Sqlite;

/// <summary>A prepared statement. Text goes in and comes out as UTF-8, without strings in between where that is possible.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, string sql) : IDisposable
{
    private readonly sqlite3_stmt handle = database.Compile(sql);
    private bool started;

    public void Bind(int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        var utf8 = rented ?? stackalloc byte[512];
        Bind(index, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public void Bind(int index, ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and SQLite takes no address for NULL.
        _ = utf8.IsEmpty ? raw.sqlite3_bind_text(handle, index, "") : raw.sqlite3_bind_text(handle, index, utf8);
    }

    public void Bind(int index, long number) => raw.sqlite3_bind_int64(handle, index, number);

    public void BindNull(int index) => raw.sqlite3_bind_null(handle, index);

    /// <summary>True with a row. Call <see cref="Reset"/> after reading it.</summary>
    public bool Step()
    {
        var isFirst = !started;
        started = true;
        return database.Step(handle, isFirst);
    }

    /// <summary>Runs a statement whose rows nobody wants; answers how many it changed.</summary>
    public int Run()
    {
        try
        {
            while (Step())
            {
            }

            return database.Changes;
        }
        finally
        {
            Reset();
        }
    }

    public void Reset()
    {
        raw.sqlite3_reset(handle);
        started = false;
    }

    public int Columns => raw.sqlite3_column_count(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(handle, column);

    public string String(int column) => Encoding.UTF8.GetString(Bytes(column));

    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose() => handle.Dispose();
}
