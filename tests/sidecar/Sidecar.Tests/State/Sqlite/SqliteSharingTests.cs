using System.Diagnostics;
using System.Text;
using Sidecar.State;
using Sidecar.State.Sqlite;

namespace Sidecar.Tests.State.Sqlite;

/// <summary>The file in the hands of several processes; for SQLite a second connection is another process.</summary>
public sealed class SqliteSharingTests : IDisposable
{
    private readonly SqliteFiles files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_write_waits_for_another_writer_while_reads_go_on()
    {
        await using var store = await OpenAsync(("busyTimeout", "60s"));
        await WriteAsync(store, "k", "1");
        using var other = files.Look();
        other.Execute("BEGIN IMMEDIATE");
        other.Execute("UPDATE state SET value = '2' WHERE key = 'k'");
        var write = WriteAsync(store, "k", "3");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("1", Encoding.UTF8.GetString((await store.GetAsync(new StateRead("k"), Cancellation))!.Data.Span));
        }

        Assert.False(write.IsCompleted);
        other.Execute("COMMIT");
        await write.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal(["3"], files.Rows("SELECT value FROM state"));
    }

    [Fact]
    public async Task A_writer_that_does_not_end_is_reported_after_the_busy_timeout()
    {
        await using var store = await OpenAsync(("busyTimeout", "300ms"));
        using (var other = files.Look())
        {
            other.Execute("BEGIN IMMEDIATE");
            var started = Stopwatch.StartNew();
            var failure = await Assert.ThrowsAsync<SqliteFailure>(() => WriteAsync(store, "k", "1"));
            Assert.Equal("database is locked (5) (SQLITE_BUSY)", failure.Message);
            Assert.True(started.Elapsed >= TimeSpan.FromMilliseconds(290), $"it waited only {started.Elapsed}");
            other.Execute("ROLLBACK");
        }

        await WriteAsync(store, "k", "2");
        Assert.Equal(["2"], files.Rows("SELECT value FROM state"));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Two_processes_write_without_losing_anything(string disableWal)
    {
        await using var left = await OpenAsync(("busyTimeout", "60s"), ("timeout", "60s"), ("disableWAL", disableWal));
        await using var right = await OpenAsync(("busyTimeout", "60s"), ("timeout", "60s"), ("disableWAL", disableWal));
        await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(number => new[] { WriteAsync(left, $"left{number}", "1"), WriteAsync(right, $"right{number}", "1") }));
        Assert.Equal(["200"], files.Rows("SELECT count(*) FROM state"));
        for (var number = 0; number < 100; number++)
        {
            Assert.NotNull(await left.GetAsync(new StateRead($"right{number}"), Cancellation));
        }
    }

    [Fact]
    public async Task A_key_is_created_by_one_of_two_processes()
    {
        await using var left = await OpenAsync(("busyTimeout", "60s"), ("timeout", "60s"));
        await using var right = await OpenAsync(("busyTimeout", "60s"), ("timeout", "60s"));
        for (var number = 0; number < 50; number++)
        {
            var create = new StateWrite($"k{number}") { Value = new("1"u8.ToArray(), true), Concurrency = "first-write" };
            var wins = await Task.WhenAll(WinsAsync(left, create), WinsAsync(right, create));
            Assert.Single(wins, won => won);
        }

        static async Task<bool> WinsAsync(SqliteStateStore store, StateWrite write)
        {
            try
            {
                await store.WriteAsync(write, Cancellation);
                return true;
            }
            catch (StateException refusal) when (refusal.Failure == StateFailure.ETagMismatch)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task What_waits_when_the_store_closes_is_still_written()
    {
        var store = await OpenAsync();
        var writes = Enumerable.Range(0, 500).Select(number => WriteAsync(store, $"k{number}", "1")).ToList();
        await store.DisposeAsync();
        await Task.WhenAll(writes);
        Assert.Equal(["500"], files.Rows("SELECT count(*) FROM state"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync(store, "late", "1"));
    }

    private async Task<SqliteStateStore> OpenAsync(params (string Name, string Value)[] settings)
    {
        var store = files.Store(TimeProvider.System, settings);
        await store.InitAsync(Cancellation);
        return store;
    }

    private static Task WriteAsync(SqliteStateStore store, string key, string json) =>
        store.WriteAsync(new StateWrite(key) { Value = new(Encoding.UTF8.GetBytes(json), true) }, Cancellation).AsTask();
}
