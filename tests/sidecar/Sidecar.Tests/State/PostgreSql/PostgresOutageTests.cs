using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Sidecar.Components;
using Sidecar.State;
using Sidecar.State.PostgreSql;

namespace Sidecar.Tests.State.PostgreSql;

public sealed class PostgresOutageTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_not_there_yet_is_waited_for()
    {
        await using var server = await PostgresFixture.StartAsync();
        server.Kill();
        var log = new Lines();
        await using var store = new PostgresDatabase(server, "dapr").Store("v2", TimeProvider.System, log);
        var start = store.InitAsync(Cancellation);
        await log.FirstAsync();
        await server.RestartAsync();
        await start.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await WriteAsync(store, "k", "1");
        Assert.Contains(log.All, line => line.Contains($"waits for PostgreSQL at 127.0.0.1:{server.Port}, database dapr, user dapr: failed to connect to `user=dapr database=dapr`", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains("password", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_server_that_does_not_come_is_given_up_with_a_hint()
    {
        await using var server = await PostgresFixture.StartAsync();
        server.Kill();
        await using var store = new PostgresDatabase(server, "dapr").Store("v1");
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        var refusal = await Assert.ThrowsAsync<ComponentException>(() => store.InitAsync(limit.Token));
        Assert.Equal(
            $"PostgreSQL at 127.0.0.1:{server.Port}, database dapr, user dapr could not be reached in time: failed to connect to `user=dapr database=dapr`: "
            + $"127.0.0.1:{server.Port} (127.0.0.1): dial error: dial tcp 127.0.0.1:{server.Port}: connect: connection refused. Is it running, and are host and port right?",
            refusal.Message);
    }

    [Theory]
    [InlineData("database", "nowhere", "database \"nowhere\" does not exist (SQLSTATE 3D000)")]
    [InlineData("password", "geheim", "password authentication failed for user \"dapr\" (SQLSTATE 28P01)")]
    public async Task What_waiting_does_not_mend_is_told_at_once(string setting, string value, string words)
    {
        var database = await postgres.DatabaseAsync();
        await using var store = database.Store("v2", (setting, value));
        var refusal = await Assert.ThrowsAsync<ComponentException>(() => store.InitAsync(Cancellation));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Nothing_that_was_answered_is_lost_when_the_server_dies_in_the_middle(string version)
    {
        await using var server = await PostgresFixture.StartAsync();
        await using var store = await new PostgresDatabase(server, "dapr").OpenAsync(version);
        var answered = new ConcurrentBag<string>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var number = 0; ; number++)
            {
                var key = $"{writer}-{number}";
                try
                {
                    await WriteAsync(store, key, "1");
                }
                catch (PostgresFailure)
                {
                    return;
                }

                answered.Add(key);
                if (answered.Count == 500)
                {
                    enough.SetResult();
                }
            }
        }).ToList();
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        server.Kill();
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        var failure = await Assert.ThrowsAsync<PostgresFailure>(() => WriteAsync(store, "k", "1"));
        Assert.EndsWith("connect: connection refused", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<PostgresFailure>(async () => await store.GetAsync(new StateRead("k"), Cancellation));

        await server.RestartAsync();
        await WriteAsync(store, "k", "2");
        foreach (var key in answered)
        {
            Assert.NotNull(await store.GetAsync(new StateRead(key), Cancellation));
        }
    }

    [Fact]
    public async Task A_restart_that_nobody_noticed_costs_no_call()
    {
        await using var server = await PostgresFixture.StartAsync();
        var time = new ManualTime();
        await using var store = new PostgresDatabase(server, "dapr").Store("v2", time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await store.InitAsync(Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => WriteAsync(store, $"k{number}", "1")));
        await server.RestartAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => WriteAsync(store, $"k{number}", "2")));
        await server.RestartAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotNull(await store.GetAsync(new StateRead("k1"), Cancellation));
    }

    private static Task WriteAsync(PostgresStateStore store, string key, string json) =>
        store.WriteAsync(new StateWrite(key) { Value = new(Encoding.UTF8.GetBytes(json), true) }, Cancellation).AsTask();

    private sealed class Lines : ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();
        private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IEnumerable<string> All => lines;

        public Task FirstAsync() => first.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lines.Enqueue(formatter(state, exception));
            first.TrySetResult();
        }
    }
}
