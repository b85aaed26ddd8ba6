using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Servers;
using Sidecar.Components;
using Sidecar.State;
using Sidecar.State.Redis;

namespace Sidecar.Tests.State.Redis;

public sealed class RedisOutageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acknowledged_writes_survive_a_crash_of_the_server_and_the_store_comes_back_by_itself()
    {
        await using var server = await RedisFixture.StartAsync();
        await using var store = await OpenAsync(server);
        var acknowledged = new int[4];
        using var enough = new CancellationTokenSource();
        var writers = Enumerable.Range(0, acknowledged.Length).Select(writer => Task.Run(() => WriteOnAsync(store, writer, acknowledged, enough.Token), Cancellation)).ToArray();

        for (var crash = 0; crash < 2; crash++)
        {
            await ProgressAsync(acknowledged);
            await server.RestartAsync();
        }

        await ProgressAsync(acknowledged);
        await enough.CancelAsync();
        await Task.WhenAll(writers);
        for (var writer = 0; writer < acknowledged.Length; writer++)
        {
            var kept = await store.GetAsync(new StateRead($"w{writer}"), Cancellation);
            Assert.True(int.Parse(Encoding.UTF8.GetString(kept!.Data.Span)) >= acknowledged[writer]);
        }
    }

    [Fact]
    public async Task A_short_absence_of_the_server_is_not_noticed()
    {
        await using var server = await RedisFixture.StartAsync();
        await using var store = await OpenAsync(server, ("redisMaxRetries", "1000"));
        await store.WriteAsync(Write("k", "1"), Cancellation);
        server.Kill();
        var read = store.GetAsync(new StateRead("k"), Cancellation);
        Assert.False(read.IsCompleted);
        await server.StartAsync();
        Assert.NotNull(await read);
    }

    [Fact]
    public async Task Without_a_server_calls_fail_fast_in_words_of_Go()
    {
        await using var server = await RedisFixture.StartAsync();
        await using var store = await OpenAsync(server);
        await store.WriteAsync(Write("k", "1"), Cancellation);
        server.Kill();

        var refused = $"dial tcp 127.0.0.1:{server.Port}: connect: connection refused";
        for (var i = 0; i < 3; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var get = await Assert.ThrowsAnyAsync<Exception>(async () => await store.GetAsync(new StateRead("k"), Cancellation));
            Assert.Equal(refused, get.Message);
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(1));
        }

        var set = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(Write("k", "2"), Cancellation));
        Assert.Equal($"failed to set key k: {refused}", set.Message);
        var guarded = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(Write("k", "2") with { ETag = "1" }, Cancellation));
        Assert.Equal((StateFailure.ETagMismatch, $"possible etag mismatch. error from state store: {refused}"), (guarded.Failure, guarded.Message));
        var transaction = await Assert.ThrowsAnyAsync<Exception>(async () => await store.TransactAsync([Write("k", "2")], Cancellation));
        Assert.Equal(refused, transaction.Message);
    }

    [Fact]
    public async Task A_server_that_stays_silent_costs_the_read_timeout_and_no_more()
    {
        await using var server = await RedisFixture.StartAsync();
        await using var store = await OpenAsync(server, ("writeTimeout", "200ms"));
        await using var console = await RedisConsole.OpenAsync(server.Host);
        await console.AskAsync("CLIENT", "PAUSE", "60000", "WRITE");

        var silent = await Assert.ThrowsAsync<StateException>(async () => await store.WriteAsync(Write("k", "1"), Cancellation));
        Assert.Matches($@"^failed to set key k: read tcp 127\.0\.0\.1:\d+->127\.0\.0\.1:{server.Port}: i/o timeout$", silent.Message);
        await console.AskAsync("CLIENT", "UNPAUSE");
        Assert.Null(await store.GetAsync(new StateRead("k"), Cancellation));
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_mix_up_the_answers_of_others()
    {
        await using var server = await RedisFixture.StartAsync();
        await using var store = await OpenAsync(server);
        await store.WriteAsync(Write("k", "1"), Cancellation);
        await store.WriteAsync(Write("l", "2"), Cancellation);
        await using var console = await RedisConsole.OpenAsync(server.Host);
        await console.AskAsync("CLIENT", "PAUSE", "60000", "WRITE");

        using var impatient = new CancellationTokenSource();
        var given = store.WriteAsync(Write("k", "3"), impatient.Token).AsTask();
        var waiting = store.GetAsync(new StateRead("l"), Cancellation).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await console.AskAsync("CLIENT", "UNPAUSE");
        Assert.Equal("2", Encoding.UTF8.GetString((await waiting)!.Data.Span));
    }

    [Fact]
    public async Task A_server_that_comes_late_is_waited_for()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed");
        await using var server = new RedisServer();
        await using var store = RedisFixture.Store(("redisHost", server.Host), ("redisMaxRetries", "-1"));
        var init = store.InitAsync(Cancellation);
        Assert.False(init.IsCompleted);
        await server.StartAsync();
        await init;
    }

    [Fact]
    public async Task A_server_that_never_comes_is_an_error_of_the_component()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var host = unused.LocalEndpoint.ToString()!;
        unused.Stop();
        await using var store = RedisFixture.Store(("redisHost", host));
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var error = await Assert.ThrowsAsync<ComponentException>(() => store.InitAsync(late.Token));
        Assert.Equal($"redis store: error connecting to redis at {host}: dial tcp {host}: connect: connection refused", error.Message);
    }

    [Theory]
    [InlineData("?what\r\n", "redis: the server sent an answer of unknown kind 0x3f")]
    [InlineData("$999999999999\r\n", "redis: the server sent a length that is none, or beyond all measure")]
    [InlineData("*2\r\n$120000000\r\n", "EOF")]
    [InlineData("*134217728\r\n*134217728\r\n", "redis: the server sent an answer of more than 128 MiB")]
    public async Task What_is_no_answer_breaks_the_connection_and_nothing_else(string nonsense, string words)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var options = RedisOptions.From(new ComponentMetadata(new Dictionary<string, string> { ["redisHost"] = server.LocalEndpoint.ToString()!, ["redisMaxRetries"] = "-1" }));
        await using var client = new RedisClient(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        foreach (var answer in new[] { nonsense, "+PONG\r\n" })
        {
            var asked = client.RunAsync(RedisCommand.Of(TimeSpan.FromSeconds(10), "PING"), Cancellation).AsTask();
            using (var peer = await server.AcceptSocketAsync(Cancellation))
            {
                Assert.True(await peer.ReceiveAsync(new byte[100], Cancellation) > 0);
                await peer.SendAsync(Encoding.ASCII.GetBytes(answer), Cancellation);
                peer.Shutdown(SocketShutdown.Send);
                await Task.WhenAny(asked);
            }

            if (answer == nonsense)
            {
                Assert.Equal(words, (await Assert.ThrowsAsync<RedisConnectionException>(() => asked)).Message);
            }
            else
            {
                Assert.Equal(answer, Encoding.ASCII.GetString((await asked).Span));
            }
        }
    }

    private static async Task<RedisStateStore> OpenAsync(RedisServer server, params (string, string)[] settings)
    {
        var store = RedisFixture.Store([("redisHost", server.Host), ("redisMaxRetryInterval", "20ms"), .. settings]);
        await store.InitAsync(Cancellation);
        return store;
    }

    private static StateWrite Write(string key, string value) => new(key) { Value = new StateValue(Encoding.UTF8.GetBytes(value), IsJson: false) };

    private static async Task WriteOnAsync(IStateStore store, int writer, int[] acknowledged, CancellationToken enough)
    {
        for (var number = 1; !enough.IsCancellationRequested; number++)
        {
            try
            {
                await store.WriteAsync(Write($"w{writer}", $"{number}"), Cancellation);
                Volatile.Write(ref acknowledged[writer], number);
            }
            catch (StateException)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task ProgressAsync(int[] acknowledged)
    {
        const int Writes = 100;
        var before = acknowledged.ToArray();
        var began = Stopwatch.GetTimestamp();
        while (acknowledged.Zip(before).Any(pair => pair.First < pair.Second + Writes))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30), "the writers do not get on");
            await Task.Yield();
        }
    }
}
