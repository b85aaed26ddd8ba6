using Microsoft.Data.Sqlite;

namespace Bench;

/// <summary>SQLite without a sidecar: one connection for each caller, one durable commit for each write.</summary>
public sealed class DirectSqlite : IDisposable
{
    private readonly SqliteConnection[] connections;

    public DirectSqlite(string file, int callers)
    {
        SQLitePCL.Batteries_V2.Init();
        connections = Enumerable.Range(0, callers).Select(_ => Open(file)).ToArray();
        using var create = connections[0].CreateCommand();
        create.CommandText = "CREATE TABLE IF NOT EXISTS state (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, etag TEXT NOT NULL)";
        create.ExecuteNonQuery();
    }

    public Task SaveAsync(int caller, int n)
    {
        using var write = connections[caller].CreateCommand();
        write.CommandText = "INSERT OR REPLACE INTO state (key, value, etag) VALUES ($key, $value, $etag)";
        write.Parameters.AddWithValue("$key", $"app||k{caller}-{n % 1000}");
        write.Parameters.AddWithValue("$value", "{\"a\":1,\"b\":\"two\"}");
        write.Parameters.AddWithValue("$etag", Guid.NewGuid().ToString());
        write.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    public Task GetAsync(int caller, int n)
    {
        using var read = connections[caller].CreateCommand();
        read.CommandText = "SELECT value, etag FROM state WHERE key = $key";
        read.Parameters.AddWithValue("$key", $"app||k{caller}-{n % 1000}");
        using var row = read.ExecuteReader();
        row.Read();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection($"Data Source={file}");
        connection.Open();
        using var pragma = connection.CreateCommand();
        pragma.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;";
        pragma.ExecuteNonQuery();
        return connection;
    }
}
