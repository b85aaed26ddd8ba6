using Npgsql;

namespace Bench;

/// <summary>PostgreSQL without a sidecar: a prepared statement for each call, one durable commit for each write.</summary>
public sealed class DirectPostgres(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource source = new NpgsqlDataSourceBuilder(connectionString + ";Max Auto Prepare=20;Auto Prepare Min Usages=2").Build();

    public async Task CreateAsync()
    {
        await using var create = source.CreateCommand("CREATE TABLE IF NOT EXISTS direct (key text PRIMARY KEY, value bytea NOT NULL, etag uuid NOT NULL DEFAULT gen_random_uuid())");
        await create.ExecuteNonQueryAsync();
    }

    /// <summary>What makes a write durable, as the server itself says.</summary>
    public async Task<string> DurabilityAsync()
    {
        await using var ask = source.CreateCommand("SELECT 'fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')");
        return (string)(await ask.ExecuteScalarAsync())!;
    }

    public async Task SaveAsync(int caller, int n)
    {
        await using var write = source.CreateCommand("INSERT INTO direct (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2, etag = gen_random_uuid()");
        write.Parameters.AddWithValue($"app||k{caller}-{n % 1000}");
        write.Parameters.AddWithValue("{\"a\":1,\"b\":\"two\"}"u8.ToArray());
        await write.ExecuteNonQueryAsync();
    }

    public async Task GetAsync(int caller, int n)
    {
        await using var read = source.CreateCommand("SELECT value, etag FROM direct WHERE key = $1");
        read.Parameters.AddWithValue($"app||k{caller}-{n % 1000}");
        await using var row = await read.ExecuteReaderAsync();
        await row.ReadAsync();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
