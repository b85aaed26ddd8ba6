using Sidecar.State;
using Sidecar.State.Sqlite;

namespace Sidecar.Tests.State.Sqlite;

public sealed class SqliteCleanupTests : IDisposable
{
    private readonly SqliteFiles files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Expired_rows_are_removed_every_interval_and_the_time_is_written_down()
    {
        var store = await files.OpenAsync(("cleanupInterval", "1h"));
        await WriteAsync(store, "dead", "60");
        await WriteAsync(store, "dying", "7200");
        await WriteAsync(store, "for ever", null);
        await PassAnHourAsync();
        Assert.Equal(["dying", "for ever"], files.Rows("SELECT key FROM state ORDER BY key"));
        Assert.Equal(["2026-03-01 13:00:00"], files.Rows("SELECT value FROM metadata WHERE key = 'last-cleanup'"));
        await PassAnHourAsync();
        files.Time.Advance(TimeSpan.FromHours(1));
        await store.DisposeAsync();
        Assert.Equal(["for ever"], files.Rows("SELECT key FROM state"));
    }

    [Fact]
    public async Task Of_two_processes_one_cleans_up()
    {
        await using var first = await files.OpenAsync(("cleanupInterval", "1h"));
        await WriteAsync(first, "dead", "60");
        files.Execute("INSERT INTO metadata VALUES ('last-cleanup', '2026-03-01 12:30:00')");
        await PassAnHourAsync();
        Assert.Equal(["dead"], files.Rows("SELECT key FROM state"));
        Assert.Equal(["2026-03-01 12:30:00"], files.Rows("SELECT value FROM metadata WHERE key = 'last-cleanup'"));
    }

    [Fact]
    public async Task Nothing_is_removed_unless_asked_for()
    {
        await using var store = await files.OpenAsync();
        await WriteAsync(store, "dead", "60");
        Assert.Equal(0, files.Time.RunningTimers);
    }

    /// <summary>And until the cleanup is done: then its timer runs again.</summary>
    private async Task PassAnHourAsync()
    {
        files.Time.Advance(TimeSpan.FromHours(1));
        await files.Time.WaitForTimersAsync(1);
    }

    private static Task WriteAsync(SqliteStateStore store, string key, string? seconds) =>
        store.WriteAsync(
            new StateWrite(key) { Value = new("1"u8.ToArray(), true), Metadata = seconds is null ? null : new Dictionary<string, string> { ["ttlInSeconds"] = seconds } },
            Cancellation).AsTask();
}
