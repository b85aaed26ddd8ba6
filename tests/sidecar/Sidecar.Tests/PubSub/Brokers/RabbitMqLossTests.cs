using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Servers;
using Sidecar.Components;
using Sidecar.PubSub;
using Sidecar.PubSub.RabbitMq;

namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>A broker that is killed, cut off and absent: what a publish acknowledged arrives.</summary>
public sealed class RabbitMqLossTests(RabbitMqLossTests.Mortal mortal) : IClassFixture<RabbitMqLossTests.Mortal>, IAsyncDisposable
{
    private readonly string topic = "topic-" + Guid.NewGuid();
    private readonly List<IAsyncDisposable> open = [];
    private readonly RabbitServer server = mortal.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var one in open)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_was_acknowledged_survives_cut_connections_and_a_killed_broker()
    {
        var sender = await OpenAsync("sender");
        var receiver = await OpenAsync("receiver");
        var arrived = new Tally();
        await receiver.SubscribeAsync(new(topic), (message, _) => Note(arrived, message.Text()), Cancellation);
        var acknowledged = new Tally();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var publishing = Task.WhenAll(Enumerable.Range(0, 4).Select(caller => PublishAsync(sender, caller, acknowledged, enough.Token)));

        await acknowledged.GrowsBy(200);
        await server.ControlAsync(Cancellation, "close_all_connections", "test");
        await acknowledged.GrowsBy(200);
        server.Kill();
        await server.RestartAsync(Cancellation);
        await acknowledged.GrowsBy(200);
        await enough.CancelAsync();
        await publishing;

        await arrived.Contains(acknowledged.All());
    }

    [Fact]
    public async Task Without_a_broker_a_publish_fails_within_seconds_and_a_start_says_what_to_check()
    {
        var broker = await OpenAsync("app");
        var inbox = new Inbox();
        await broker.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);
        await broker.PublishAsync(Message.Of(topic, "before"), Cancellation);
        server.Kill();

        var watch = Stopwatch.StartNew();
        var refusal = await Assert.ThrowsAsync<BrokerException>(async () => await broker.PublishAsync(Message.Of(topic, "lost"), Cancellation));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
        Assert.StartsWith($"channel not initialized: no connection to RabbitMQ at 127.0.0.1:{server.Port}: ", refusal.Message);

        watch.Restart();
        await Assert.ThrowsAsync<BrokerException>(async () => await broker.PublishAsync(Message.Of(topic, "lost"), Cancellation));
        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(500), $"took {watch.Elapsed} in a long loss");

        var log = new RecordingLogger();
        await using var late = Create("app", log);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        timeout.CancelAfter(TimeSpan.FromSeconds(1));
        var failure = await Assert.ThrowsAsync<ComponentException>(() => late.InitAsync(timeout.Token));
        Assert.Equal($"RabbitMQ at 127.0.0.1:{server.Port} does not answer: Connection refused. Is it running, and does connectionString name its host and port?", failure.Message);
        Assert.Equal($"Warning: RabbitMQ at 127.0.0.1:{server.Port} cannot be reached, trying again: Connection refused", Assert.Single(log.Lines));

        await using var patient = Create("app", log);
        var starting = patient.InitAsync(Cancellation);
        await server.RestartAsync(Cancellation);
        await starting;
        Assert.Equal("before", await inbox.NextTextAsync());
        var heard = HearAsync(inbox, "after");
        while (!heard.IsCompleted)
        {
            // RabbitMQ may have forgotten a queue that was declared just before it was killed; until it is declared again nobody hears.
            await patient.PublishAsync(Message.Of(topic, "after"), Cancellation);
            await Task.WhenAny(heard, Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation));
        }

        await heard;
    }

    [Fact]
    public async Task A_start_that_runs_out_of_time_at_any_moment_says_what_to_check()
    {
        server.Kill();
        for (var microseconds = 0; microseconds < 2_000; microseconds += 20)
        {
            await using var late = Create("app", new RecordingLogger());
            using var timeout = new CancellationTokenSource();
            var starting = late.InitAsync(timeout.Token);
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMicroseconds(microseconds))
            {
                Thread.SpinWait(10);
            }

            await timeout.CancelAsync();
            Assert.Contains("does not answer", (await Assert.ThrowsAsync<ComponentException>(() => starting)).Message, StringComparison.Ordinal);
        }

        await server.RestartAsync(Cancellation);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_at_once_and_not_printed()
    {
        var log = new RecordingLogger();
        await using var broker = new RabbitMqPubSub(
            Specs.Of("pubsub.rabbitmq", ("connectionString", $"amqp://guest:open-sesame@127.0.0.1:{server.Port}")), "app", TimeProvider.System, log);

        var failure = await Assert.ThrowsAsync<ComponentException>(() => broker.InitAsync(Cancellation));

        Assert.StartsWith($"RabbitMQ at 127.0.0.1:{server.Port} refuses user guest on /: ", failure.Message);
        Assert.DoesNotContain("open-sesame", failure + string.Concat(log.Lines));
    }

    private async Task PublishAsync(RabbitMqPubSub sender, int caller, Tally acknowledged, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            try
            {
                await sender.PublishAsync(Message.Of(topic, $"{caller}-{number}"), CancellationToken.None);
                acknowledged.Add($"{caller}-{number}");
            }
            catch (BrokerException)
            {
                // Nobody was promised anything.
            }
        }
    }

    private static ValueTask Note(Tally tally, string text)
    {
        tally.Add(text);
        return ValueTask.CompletedTask;
    }

    /// <summary>Passes over what was on its way to the handler when the broker was killed.</summary>
    private static async Task HearAsync(Inbox inbox, string text)
    {
        while (await inbox.NextTextAsync() != text)
        {
        }
    }

    private async Task<RabbitMqPubSub> OpenAsync(string appId)
    {
        var broker = Create(appId, NullLogger.Instance);
        open.Add(broker);
        await broker.InitAsync(Cancellation);
        return broker;
    }

    private RabbitMqPubSub Create(string appId, ILogger logger) => new(
        Specs.Of("pubsub.rabbitmq", ("connectionString", server.Uri), ("deletedWhenUnused", "false"), ("deliveryMode", "2"), ("publisherConfirm", "true"), ("requeueInFailure", "true"),
            ("prefetchCount", "50"), ("reconnectWaitSeconds", "1s")),
        appId, TimeProvider.System, logger);

    /// <summary>A broker for this class alone, which every test leaves running.</summary>
    public sealed class Mortal : IAsyncLifetime
    {
        public RabbitServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Assert.SkipWhen(RabbitServer.Missing is not null, RabbitServer.Missing ?? "");
            Server = await RabbitServer.StartAsync(CancellationToken.None);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
