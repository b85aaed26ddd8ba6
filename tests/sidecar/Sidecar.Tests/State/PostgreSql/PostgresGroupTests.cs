using System.Text;
using Npgsql;
using Sidecar.State;
using Sidecar.State.PostgreSql;

namespace Sidecar.Tests.State.PostgreSql;

public sealed class PostgresGroupTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_as_durable_as_the_server()
    {
        var database = await postgres.DatabaseAsync();
        Assert.Equal(["fsync|on", "synchronous_commit|on"], await database.RowsAsync("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') ORDER BY 1"));
    }

    [Fact]
    public async Task A_statement_that_fails_takes_nobody_with_it()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var store = await database.OpenAsync("v2");
        var tasks = new Dictionary<string, Task>();
        for (var number = 0; number < 60; number++)
        {
            var key = number % 10 == 3 ? $"bad\0{number}" : $"k{number}";
            tasks[key] = number % 10 == 5 ? store.TransactAsync([Write(key), Write(key + "b") with { ETag = Guid.NewGuid().ToString() }], Cancellation).AsTask() : WriteAsync(store, Write(key));
        }

        foreach (var (key, task) in tasks)
        {
            if (key.StartsWith("bad", StringComparison.Ordinal))
            {
                var refusal = await Assert.ThrowsAsync<StateException>(() => task);
                Assert.Equal("ERROR: invalid byte sequence for encoding \"UTF8\": 0x00 (SQLSTATE 22021)", refusal.Message);
            }
            else if (key.EndsWith('5'))
            {
                Assert.Equal(StateFailure.ETagMismatch, (await Assert.ThrowsAsync<StateException>(() => task)).Failure);
            }
            else
            {
                await task;
            }
        }

        Assert.Equal(["48"], await database.RowsAsync("SELECT count(*) FROM state"));
    }

    [Fact]
    public async Task A_locked_row_holds_up_its_own_writers_only()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var store = await database.OpenAsync("v2", ("maxConns", "4"));
        await WriteAsync(store, Write("locked"));
        await using var connection = new NpgsqlConnection(database.Server.ConnectionString(database.Name));
        await connection.OpenAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM state WHERE key = 'locked' FOR UPDATE", connection, transaction))
        {
            await hold.ExecuteScalarAsync(Cancellation);
        }

        var free = new List<Task>();
        var waiting = new List<Task>();
        for (var number = 0; number < 60; number++)
        {
            free.Add(WriteAsync(store, Write($"free{number}")));
            if (number % 10 == 5)
            {
                waiting.Add(WriteAsync(store, Write("locked")));
                waiting.Add(store.TransactAsync([Write($"a{number}"), Write("locked")], Cancellation).AsTask());
            }
        }

        await Task.WhenAll(free).WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        await WriteAsync(store, Write("later")).WaitAsync(TimeSpan.FromSeconds(15), Cancellation);
        Assert.NotNull(await store.GetAsync(new StateRead("locked"), Cancellation));
        Assert.All(waiting, write => Assert.False(write.IsCompleted));
        await transaction.RollbackAsync(Cancellation);
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(15), Cancellation);
    }

    [Fact]
    public async Task Sidecars_that_lock_each_others_rows_both_succeed()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var left = await database.OpenAsync("v2");
        await using var right = await database.OpenAsync("v2");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => number % 2 == 0
            ? left.TransactAsync([Write("a"), Write("b"), Write("c")], Cancellation).AsTask()
            : right.TransactAsync([Write("c"), Write("b"), Write("a")], Cancellation).AsTask()));
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_its_write_to_happen()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var store = await database.OpenAsync("v2");
        using var gone = new CancellationTokenSource();
        var write = store.WriteAsync(Write("k"), gone.Token).AsTask();
        await gone.CancelAsync();
        await Task.WhenAny(write);
        await WriteAsync(store, Write("k2"));
        await WriteAsync(store, Write("k") with { Concurrency = "last-write" });
        Assert.Equal(["2"], await database.RowsAsync("SELECT count(*) FROM state"));
    }

    private static StateWrite Write(string key) => new(key) { Value = new(Encoding.UTF8.GetBytes("1"), true) };

    private static Task WriteAsync(PostgresStateStore store, StateWrite write) => store.WriteAsync(write, Cancellation).AsTask();
}
