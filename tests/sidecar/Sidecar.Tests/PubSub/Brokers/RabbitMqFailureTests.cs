using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using Servers;
using Sidecar.PubSub;
using Sidecar.PubSub.RabbitMq;

namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>Messages that fail, brokers that refuse, objects that are not as they should be; the broker itself stays up.</summary>
public sealed class RabbitMqFailureTests(RabbitFixture fixture) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string topic = "topic-" + Guid.NewGuid();
    private readonly List<IAsyncDisposable> open = [];
    private RabbitServer server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => server = await fixture.StartedAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var one in open)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_message_that_failed_goes_to_the_dead_letter_queue_when_there_is_one()
    {
        var broker = await OpenAsync(("enableDeadLetter", "true"));
        await using var channel = await ChannelAsync();
        await broker.SubscribeAsync(new(topic), new Inbox((_, _) => throw new InvalidOperationException("no")).HandleAsync, Cancellation);
        var dead = new TaskCompletionSource<byte[]>();
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            dead.TrySetResult(delivery.Body.ToArray());
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("dlq-app-" + topic, autoAck: true, consumer, Cancellation);

        await broker.PublishAsync(Message.Of(topic, "dead"), Cancellation);

        Assert.Equal("dead"u8.ToArray(), await dead.Task.WaitAsync(Patience, Cancellation));
    }

    [Fact]
    public async Task What_a_subscription_leaves_unfinished_is_never_a_dead_letter()
    {
        var broker = await OpenAsync(("enableDeadLetter", "true"), ("deletedWhenUnused", "false"));
        var release = new TaskCompletionSource();
        var inbox = new Inbox(async (_, _) =>
        {
            await release.Task;
            throw new InvalidOperationException("going down");
        });
        var subscription = await broker.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);
        await broker.PublishAsync(Message.Of(topic, "unfinished"), Cancellation);
        await inbox.NextAsync();

        var ending = subscription.DisposeAsync();
        release.SetResult();
        await ending;

        var next = new Inbox();
        await broker.SubscribeAsync(new(topic), next.HandleAsync, Cancellation);
        Assert.Equal("unfinished", await next.NextTextAsync());
    }

    [Fact]
    public async Task Messages_are_handled_side_by_side_up_to_the_prefetch()
    {
        var broker = await OpenAsync(("prefetchCount", "3"));
        var release = new TaskCompletionSource();
        var inbox = new Inbox(async (_, _) => await release.Task);
        await broker.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);
        for (var number = 0; number < 4; number++)
        {
            await broker.PublishAsync(Message.Of(topic, $"{number}"), Cancellation);
        }

        for (var number = 0; number < 3; number++)
        {
            await inbox.NextAsync();
        }

        await using var channel = await ChannelAsync();
        Assert.True(inbox.IsEmpty);
        Assert.Equal(1u, await channel.MessageCountAsync("app-" + topic, Cancellation));
        release.SetResult();
        await inbox.NextAsync();
    }

    [Fact]
    public async Task Acknowledged_in_advance_a_failed_message_is_gone()
    {
        var broker = await OpenAsync(("autoAck", "true"), ("requeueInFailure", "true"), ("concurrencyMode", "single"));
        var inbox = new Inbox((message, _) => message.Text() == "fails" ? throw new InvalidOperationException("no") : default);
        await broker.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);

        await broker.PublishAsync(Message.Of(topic, "fails"), Cancellation);
        await broker.PublishAsync(Message.Of(topic, "next"), Cancellation);

        Assert.Equal("fails", await inbox.NextTextAsync());
        Assert.Equal("next", await inbox.NextTextAsync());
    }

    [Fact]
    public async Task A_publish_that_the_broker_refuses_fails()
    {
        var broker = await OpenAsync(("publisherConfirm", "true"), ("deletedWhenUnused", "false"));
        await broker.PublishAsync(Message.Of(topic, "declares the exchange"), Cancellation);
        await using var channel = await ChannelAsync();
        var full = new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" };
        await channel.QueueDeclareAsync(topic, durable: false, exclusive: false, autoDelete: true, full, cancellationToken: Cancellation);
        await channel.QueueBindAsync(topic, topic, "", cancellationToken: Cancellation);
        await broker.PublishAsync(Message.Of(topic, "fits"), Cancellation);

        var refusal = await Assert.ThrowsAsync<BrokerException>(async () => await broker.PublishAsync(Message.Of(topic, "does not"), Cancellation));

        Assert.Equal("did not receive confirmation of publishing: the broker refused the message", refusal.Message);
    }

    [Fact]
    public async Task An_exchange_that_vanished_is_declared_again_before_the_publish_succeeds()
    {
        var sender = await OpenAsync(("publisherConfirm", "true"));
        var receiver = await OpenAsync();
        await (await receiver.SubscribeAsync(new(topic), new Inbox().HandleAsync, Cancellation)).DisposeAsync();
        await sender.PublishAsync(Message.Of(topic, "nobody is there"), Cancellation);
        await using (var channel = await ChannelAsync())
        {
            await channel.ExchangeDeleteAsync(topic, cancellationToken: Cancellation);
        }

        await sender.PublishAsync(Message.Of(topic, "still nobody"), Cancellation);
        var inbox = new Inbox();
        await receiver.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);
        await sender.PublishAsync(Message.Of(topic, "hello"), Cancellation);

        Assert.Equal("hello", await inbox.NextTextAsync());
    }

    [Fact]
    public async Task A_queue_that_vanished_is_declared_again()
    {
        var broker = await OpenAsync(("publisherConfirm", "true"), ("deletedWhenUnused", "false"));
        var inbox = new Inbox();
        await broker.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);
        await using var channel = await ChannelAsync();
        await channel.QueueDeleteAsync("app-" + topic, cancellationToken: Cancellation);

        // Until it is there again its messages have nowhere to go.
        for (var number = 0; inbox.IsEmpty; number++)
        {
            await broker.PublishAsync(Message.Of(topic, $"{number}"), Cancellation);
        }
    }

    [Fact]
    public async Task A_queue_with_other_arguments_keeps_one_subscription_waiting_and_no_other()
    {
        var log = new RecordingLogger();
        var broker = await OpenAsync(log, ("reconnectWaitSeconds", "50ms"), ("deletedWhenUnused", "false"), ("publisherConfirm", "true"));
        await using var channel = await ChannelAsync();
        await channel.QueueDeclareAsync("app-" + topic, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-max-length"] = 5 }, cancellationToken: Cancellation);
        var sibling = new Inbox();
        await broker.SubscribeAsync(new(topic + "-sibling"), sibling.HandleAsync, Cancellation);

        var inbox = new Inbox();
        var subscribing = broker.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);
        while (log.Lines.IsEmpty)
        {
            await broker.PublishAsync(Message.Of(topic + "-sibling", "flows"), Cancellation);
            await sibling.NextAsync();
        }

        Assert.False(subscribing.IsCompleted);
        Assert.Contains("inequivalent arg 'x-max-length'", log.Lines.First());
        await channel.QueueDeleteAsync("app-" + topic, cancellationToken: Cancellation);
        await subscribing.WaitAsync(Patience, Cancellation);
        await broker.PublishAsync(Message.Of(topic, "flows too"), Cancellation);
        Assert.Equal("flows too", await inbox.NextTextAsync());
    }

    [Fact]
    public async Task An_exchange_of_another_kind_refuses_its_publishers_alone()
    {
        var broker = await OpenAsync(("publisherConfirm", "true"));
        await using var channel = await ChannelAsync();
        await channel.ExchangeDeclareAsync(topic, "direct", durable: true, autoDelete: true, cancellationToken: Cancellation);

        var refusal = await Assert.ThrowsAsync<BrokerException>(async () => await broker.PublishAsync(Message.Of(topic, "x"), Cancellation));
        await broker.PublishAsync(Message.Of(topic + "-other", "x"), Cancellation);

        Assert.Contains("inequivalent arg 'type'", refusal.Message);
    }

    private Task<RabbitMqPubSub> OpenAsync(params (string, string)[] settings) => OpenAsync(NullLogger.Instance, settings);

    private async Task<RabbitMqPubSub> OpenAsync(Microsoft.Extensions.Logging.ILogger logger, params (string, string)[] settings)
    {
        var broker = new RabbitMqPubSub(Specs.Of("pubsub.rabbitmq", [("connectionString", server.Uri), .. settings]), "app", TimeProvider.System, logger);
        open.Add(broker);
        await broker.InitAsync(Cancellation);
        return broker;
    }

    private async Task<IChannel> ChannelAsync()
    {
        var connection = await new ConnectionFactory { Uri = new(server.Uri) }.CreateConnectionAsync(Cancellation);
        open.Add(connection);
        return await connection.CreateChannelAsync(cancellationToken: Cancellation);
    }
}
