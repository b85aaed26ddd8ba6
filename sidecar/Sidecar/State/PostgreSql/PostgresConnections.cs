using System.Collections.Concurrent;
using Npgsql;

namespace Sidecar.State.PostgreSql;

/// <summary>
/// Hands out connections. One that has rested for a while is asked whether it still works, so that a server that was restarted in the
/// meantime costs no call.
/// </summary>
internal sealed class PostgresConnections(NpgsqlConnectionStringBuilder settings, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan TrustedRest = TimeSpan.FromSeconds(1);
    private readonly NpgsqlDataSource source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    private readonly ConcurrentDictionary<int, long> lastUse = new();

    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = await ConnectAsync(cancellation);
        var session = connection.ProcessID;
        if (lastUse.TryGetValue(session, out var used) && time.GetElapsedTime(used) > TrustedRest && !await IsAliveAsync(connection))
        {
            await connection.DisposeAsync();
            Forget();
            connection = await ConnectAsync(cancellation);
            session = connection.ProcessID;
        }

        lastUse[session] = time.GetTimestamp();
        return connection;
    }

    /// <summary>After a broken connection the others are not worth trying.</summary>
    public void Forget()
    {
        source.Clear();
        lastUse.Clear();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellation);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            throw PostgresFailure.OfConnecting(error, settings);
        }
    }

    private static async ValueTask<bool> IsAliveAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var ping = new NpgsqlCommand("-- ping", connection);
            await ping.ExecuteNonQueryAsync(CancellationToken.None);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
