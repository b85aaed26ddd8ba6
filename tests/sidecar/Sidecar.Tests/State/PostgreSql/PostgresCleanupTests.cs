using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.State;

namespace Sidecar.Tests.State.PostgreSql;

public sealed class PostgresCleanupTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1", "state", "expiredate", "last-cleanup")]
    [InlineData("v2", "v2_state", "expires_at", "last-cleanup-state-v2-v2_")]
    public async Task Expired_rows_are_removed_unless_another_process_just_did_it(string version, string table, string column, string row)
    {
        var database = await postgres.CreateDatabaseAsync();
        var time = new ManualTime();
        await using var store = database.Store(version, time, NullLogger.Instance, ("tablePrefix", "v2_"), ("cleanupInterval", "10m"));
        await store.InitAsync(Cancellation);
        foreach (var key in new[] { "a", "b", "living" })
        {
            var write = new StateWrite(key) { Value = new("1"u8.ToArray(), true), Metadata = new Dictionary<string, string> { ["ttlInSeconds"] = "86400" } };
            await store.WriteAsync(write, Cancellation);
        }

        await store.WriteAsync(new StateWrite("for ever") { Value = new("1"u8.ToArray(), true) }, Cancellation);
        await ExpireAsync("a");
        Assert.Equal(["b", "for ever", "living"], await KeysAfterTenMinutesAsync());
        await ExpireAsync("b");
        // By the server's clock the last cleanup was just now.
        Assert.Equal(["b", "for ever", "living"], await KeysAfterTenMinutesAsync());
        await database.ExecuteAsync("UPDATE dapr_metadata SET value = (now() - interval '11 minutes')::text WHERE key = $1", row);
        Assert.Equal(["for ever", "living"], await KeysAfterTenMinutesAsync());

        Task ExpireAsync(string key) => database.ExecuteAsync($"UPDATE {table} SET {column} = now() - interval '1 second' WHERE key = $1", key);

        async Task<List<string>> KeysAfterTenMinutesAsync()
        {
            time.Advance(TimeSpan.FromMinutes(10));
            // The timer runs again when the cleanup is done.
            await time.WaitForTimersAsync(1);
            return await database.RowsAsync($"SELECT key FROM {table} ORDER BY key");
        }
    }
}
