using System.Text.Json;
using Sidecar.Components;

namespace Sidecar.PubSub.Sqlite;

/// <summary>
/// The queues on disk. A message's id is its queue's number, shifted, plus its place in the queue: one b-tree keeps every queue in order,
/// and reading on is a range of it.
/// </summary>
internal sealed class SqliteQueueFile : IDisposable
{
    public const int PlaceBits = 40;
    private const int PageBytes = 1024 * 1024;
    private const int FreePagesToKeep = 2048;

    private readonly SqliteDatabase database;
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly SqliteStatement insert;
    private readonly SqliteStatement delete;
    private readonly SqliteStatement page;
    private readonly SqliteStatement freePages;

    public SqliteQueueFile(string path)
    {
        database = new(path);
        database.Execute("PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216");
        if (database.Scalar("PRAGMA journal_mode") != "wal" || database.Scalar("PRAGMA synchronous") != "2")
        {
            throw new ComponentException($"{path} cannot be written safely: SQLite does not offer a write-ahead log with full synchronisation there");
        }

        if (database.Scalar("PRAGMA user_version") is not ("0" or "1"))
        {
            throw new ComponentException($"{path} was written by a newer sidecar");
        }

        database.Execute(
            """
            CREATE TABLE IF NOT EXISTS owner (pid INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY, consumer TEXT NOT NULL, topic TEXT NOT NULL, UNIQUE (consumer, topic));
            CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, expires INTEGER NOT NULL, metadata BLOB, data BLOB);
            DELETE FROM owner;
            PRAGMA user_version = 1
            """);
        using (var owner = database.Prepare("INSERT INTO owner VALUES (?)"))
        {
            owner.Bind(1, Environment.ProcessId).Run();
        }

        begin = database.Prepare("BEGIN IMMEDIATE");
        commit = database.Prepare("COMMIT");
        insert = database.Prepare("INSERT INTO message VALUES (?, ?, ?, ?)");
        delete = database.Prepare("DELETE FROM message WHERE id = ?");
        page = database.Prepare("SELECT id, expires, metadata, data FROM message WHERE id > ? AND id <= ? ORDER BY id");
        freePages = database.Prepare("PRAGMA freelist_count");
    }

    /// <summary>Who has the file, as far as it can be read.</summary>
    public static string? Owner(string path)
    {
        try
        {
            using var reader = new SqliteDatabase(path, readOnly: true);
            return reader.Scalar("SELECT pid FROM owner");
        }
        catch (SqliteFailure)
        {
            return null;
        }
    }

    public IEnumerable<(long Id, string Consumer, string Topic, long LastMessage)> Queues()
    {
        using var all = database.Prepare(
            $"SELECT id, consumer, topic, (SELECT max(m.id) FROM message m WHERE m.id BETWEEN q.id << {PlaceBits} AND ((q.id + 1) << {PlaceBits}) - 1) FROM queue q");
        while (all.Step())
        {
            yield return (all.Long(0), all.Text(1), all.Text(2), all.Long(3));
        }
    }

    /// <summary>All of it or, when it throws, nothing.</summary>
    public void InOneGo(Action writes)
    {
        begin.Run();
        try
        {
            writes();
            commit.Run();
        }
        catch
        {
            if (database.IsInTransaction)
            {
                database.Execute("ROLLBACK");
            }

            throw;
        }
    }

    public long AddQueue(string consumer, string topic)
    {
        using var add = database.Prepare("INSERT INTO queue (consumer, topic) VALUES (?, ?) RETURNING id");
        add.Bind(1, consumer).Bind(2, topic).Step();
        return add.Long(0);
    }

    public void Add(long id, long expires, byte[]? metadata, ReadOnlySpan<byte> data) =>
        insert.Bind(1, id).Bind(2, expires).Bind(3, metadata).Bind(4, data).Run();

    public void Remove(long id) => delete.Bind(1, id).Run();

    /// <summary>At most that many messages behind that one, fewer when they are large; true when there are no more.</summary>
    public bool Read(string topic, long after, long upTo, int count, List<HeldMessage> into)
    {
        try
        {
            page.Bind(1, after).Bind(2, upTo);
            for (var bytes = 0; count > 0 && bytes < PageBytes; count--)
            {
                if (!page.Step())
                {
                    return true;
                }

                var message = new BrokerMessage(topic, page.Blob(3).ToArray());
                if (page.Blob(2) is { IsEmpty: false } metadata)
                {
                    message = message with { Metadata = JsonSerializer.Deserialize<Dictionary<string, string>>(metadata)! };
                }

                into.Add(new(page.Long(0), page.Long(1), message));
                bytes += message.Data.Length;
            }

            return false;
        }
        finally
        {
            page.Reset();
        }
    }

    /// <summary>Gives a little space back to the file system; true when there is more to give.</summary>
    public bool Shrink()
    {
        freePages.Step();
        var free = freePages.Long(0);
        freePages.Reset();
        if (free > FreePagesToKeep)
        {
            database.Execute("PRAGMA incremental_vacuum(256)");
        }

        return free > FreePagesToKeep;
    }

    /// <summary>Empties the log, which still has what messages said that are gone.</summary>
    public void EmptyLog() => database.Scalar("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        foreach (var statement in new[] { begin, commit, insert, delete, page, freePages })
        {
            statement.Dispose();
        }

        database.Dispose();
    }
}
