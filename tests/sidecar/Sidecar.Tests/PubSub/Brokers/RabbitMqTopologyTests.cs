using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using Servers;
using Sidecar.PubSub;
using Sidecar.PubSub.RabbitMq;

namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>What stands at the broker is what daprd puts there, so that both can use it.</summary>
public sealed class RabbitMqTopologyTests(RabbitFixture fixture) : IAsyncLifetime
{
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
    public async Task Without_settings_everything_is_durable_and_deleted_when_unused()
    {
        var broker = await OpenAsync();
        await broker.SubscribeAsync(new(topic), new Inbox().HandleAsync, Cancellation);

        Assert.Equal($$"""{"auto_delete":true,"durable":true,"name":"{{topic}}","type":"fanout"}""", await OneAsync("list_exchanges", "name", "type", "durable", "auto_delete"));
        Assert.Equal(
            $$"""{"arguments":{"x-queue-type":"longstr:classic"},"auto_delete":true,"durable":true,"name":"app-{{topic}}"}""",
            await OneAsync("list_queues", "name", "durable", "auto_delete", "arguments"));
        Assert.Equal([("app-" + topic, "")], await BindingsAsync(topic));
    }

    [Fact]
    public async Task Settings_become_arguments()
    {
        var broker = await OpenAsync(
            ("consumerID", "shop"), ("durable", "false"), ("deletedWhenUnused", "false"), ("exchangeKind", "topic"), ("enableDeadLetter", "true"), ("maxLen", "100"), ("maxLenBytes", "3000000000"));
        var metadata = Metadata(("routingKey", "eu.*,us.#"), ("maxPriority", "300"), ("singleActiveConsumer", "true"), ("maxLen", "7"));
        await broker.SubscribeAsync(new(topic) { Metadata = metadata }, new Inbox().HandleAsync, Cancellation);

        Assert.Equal($$"""{"auto_delete":false,"durable":false,"name":"{{topic}}","type":"topic"}""", await OneAsync("list_exchanges", "name", "type", "durable", "auto_delete"));
        Assert.Equal(
            [
                $$"""{"arguments":{"x-dead-letter-exchange":"longstr:dlx-shop-{{topic}}","x-max-length":"long:7","x-max-length-bytes":"long:3000000000","x-max-priority":"unsignedbyte:255","x-queue-type":"longstr:classic","x-single-active-consumer":"bool:True"},"auto_delete":false,"durable":false,"name":"shop-{{topic}}"}""",
                $$"""{"arguments":{"x-max-length":"long:100","x-max-length-bytes":"long:3000000000","x-queue-mode":"longstr:lazy"},"auto_delete":false,"durable":true,"name":"dlq-shop-{{topic}}"}""",
            ],
            await AllAsync("list_queues", "name", "durable", "auto_delete", "arguments"));
        Assert.Equal([("shop-" + topic, "eu.*"), ("shop-" + topic, "us.#")], await BindingsAsync(topic));
        Assert.Equal([("dlq-shop-" + topic, "")], await BindingsAsync("dlx-shop-" + topic));
    }

    [Fact]
    public async Task A_queue_that_daprd_declared_is_taken_over_and_the_other_way_round()
    {
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "classic", ["x-max-priority"] = (byte)9, ["x-max-length"] = 50L, ["x-single-active-consumer"] = true, ["x-dead-letter-exchange"] = "dlx-app-" + topic,
        };
        await using var theirs = await ConnectAsync();
        await using var channel = await theirs.CreateChannelAsync(cancellationToken: Cancellation);
        await channel.QueueDeclareAsync("app-" + topic, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Cancellation);

        var broker = await OpenAsync(("deletedWhenUnused", "false"), ("maxLen", "50"), ("enableDeadLetter", "true"));
        var metadata = Metadata(("maxPriority", "9"), ("singleActiveConsumer", "true"));
        await broker.SubscribeAsync(new(topic) { Metadata = metadata }, new Inbox().HandleAsync, Cancellation);

        await channel.QueueDeclareAsync("app-" + topic, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: Cancellation);
        await channel.ExchangeDeclareAsync(topic, "fanout", durable: true, autoDelete: false, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_quorum_queue_can_be_asked_for_and_named()
    {
        var broker = await OpenAsync(("deletedWhenUnused", "false"));
        var inbox = new Inbox();
        await broker.SubscribeAsync(new(topic) { Metadata = Metadata(("queueType", "quorum"), ("queueName", "mine-" + topic)) }, inbox.HandleAsync, Cancellation);

        await broker.PublishAsync(Message.Of(topic, "hello"), Cancellation);

        Assert.Equal("hello", await inbox.NextTextAsync());
        Assert.Equal($$"""{"arguments":{"x-queue-type":"longstr:quorum"},"name":"mine-{{topic}}"}""", await OneAsync("list_queues", "name", "arguments"));
    }

    [Theory]
    [InlineData("queueType", "stream", "invalid queue type stream. Valid types are classic and quorum")]
    [InlineData("maxPriority", "high", "maxPriority is \"high\" and should be a whole number")]
    public async Task What_can_never_work_is_refused_at_once(string name, string value, string problem)
    {
        var broker = await OpenAsync();

        var refusal = await Assert.ThrowsAsync<BrokerException>(() => broker.SubscribeAsync(new(topic) { Metadata = Metadata((name, value)) }, new Inbox().HandleAsync, Cancellation));

        Assert.Equal($"error not retriable for app-{topic}: {problem}", refusal.Message);
    }

    [Fact]
    public async Task Metadata_of_a_publish_becomes_properties()
    {
        var broker = await OpenAsync(("deliveryMode", "2"), ("deletedWhenUnused", "false"), ("exchangeKind", "direct"), ("ttlInSeconds", "30"), ("publisherConfirm", "true"));
        await using var ours = await ConnectAsync();
        await using var channel = await ours.CreateChannelAsync(cancellationToken: Cancellation);
        await broker.PublishAsync(Message.Of(topic, "declares the exchange"), Cancellation);
        var queue = (await channel.QueueDeclareAsync(cancellationToken: Cancellation)).QueueName;
        await channel.QueueBindAsync(queue, topic, "red", cancellationToken: Cancellation);

        await broker.PublishAsync(Message.Of(topic, "plain", ("routingKey", "red")), Cancellation);
        await broker.PublishAsync(
            Message.Of(topic, "full", ("routingKey", "red"), ("ttlInSeconds", "5"), ("priority", "7"), ("MESSAGEID", "m1"), ("correlationID", "c1"), ("type", "t1"), ("contentType", "application/json")),
            Cancellation);

        var plain = (await channel.BasicGetAsync(queue, autoAck: true, Cancellation))!.BasicProperties;
        Assert.Equal(("text/plain", DeliveryModes.Persistent, "30000"), (plain.ContentType, plain.DeliveryMode, plain.Expiration));
        Assert.False(plain.IsPriorityPresent() || plain.IsMessageIdPresent() || plain.IsCorrelationIdPresent() || plain.IsTypePresent() || plain.IsTimestampPresent() || plain.IsAppIdPresent());
        Assert.Empty(plain.Headers ?? new Dictionary<string, object?>());
        var full = (await channel.BasicGetAsync(queue, autoAck: true, Cancellation))!.BasicProperties;
        Assert.Equal(("application/json", "5000", 7, "m1", "c1", "t1"), (full.ContentType, full.Expiration, full.Priority, full.MessageId, full.CorrelationId, full.Type));
    }

    [Fact]
    public async Task Properties_become_metadata_when_asked_for()
    {
        var broker = await OpenAsync(("publishMessagePropertiesToMetadata", "true"));
        var inbox = new Inbox();
        await broker.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);
        await using var theirs = await ConnectAsync();
        await using var channel = await theirs.CreateChannelAsync(cancellationToken: Cancellation);
        var properties = new BasicProperties
        {
            MessageId = "m", CorrelationId = "c", Type = "t", ContentType = "text/x",
            Headers = new Dictionary<string, object?>
            {
                ["text"] = "hello", ["number"] = 5, ["truth"] = true, ["time"] = new AmqpTimestamp(1700000000), ["nothing"] = null,
                ["list"] = new List<object?> { "a", 1 }, ["table"] = new Dictionary<string, object?> { ["b"] = 2L, ["a"] = "x" },
            },
        };
        await channel.BasicPublishAsync(topic, "", mandatory: false, properties, "x"u8.ToArray(), Cancellation);

        var metadata = (await inbox.NextAsync()).Metadata;

        Assert.Equal(
            [
                "metadata.contenttype=text/x", "metadata.correlationid=c", "metadata.list=[a 1]", "metadata.messageid=m", "metadata.number=5", "metadata.table=map[a:x b:2]",
                "metadata.text=hello", "metadata.time=2023-11-14 22:13:20 +0000 UTC", "metadata.truth=true", "metadata.type=t",
            ],
            metadata.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
    }

    private async Task<RabbitMqPubSub> OpenAsync(params (string, string)[] settings)
    {
        var broker = new RabbitMqPubSub(Specs.Of("pubsub.rabbitmq", [("connectionString", server.Uri), .. settings]), "app", TimeProvider.System, NullLogger.Instance);
        open.Add(broker);
        await broker.InitAsync(Cancellation);
        return broker;
    }

    private Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = new(server.Uri) }.CreateConnectionAsync(Cancellation);

    private static Dictionary<string, string> Metadata(params (string Name, string Value)[] pairs) => pairs.ToDictionary(pair => pair.Name, pair => pair.Value);

    private async Task<string> OneAsync(string command, params string[] columns) => Assert.Single(await AllAsync(command, columns));

    /// <summary>Rows of this test's topic as JSON with sorted members.</summary>
    private async Task<string[]> AllAsync(string command, params string[] columns)
    {
        var rows = JsonDocument.Parse(await server.ControlAsync(Cancellation, [command, "--formatter", "json", .. columns])).RootElement;
        return [.. rows.EnumerateArray().Where(row => row.GetProperty("name").GetString()!.EndsWith(topic, StringComparison.Ordinal) && !row.GetProperty("name").GetString()!.StartsWith("dlx-", StringComparison.Ordinal))
            .Select(row => JsonSerializer.Serialize(Sorted(row))).Order(StringComparer.Ordinal)];
    }

    private async Task<(string Queue, string Key)[]> BindingsAsync(string exchange)
    {
        var rows = JsonDocument.Parse(await server.ControlAsync(Cancellation, "list_bindings", "--formatter", "json", "source_name", "destination_name", "routing_key")).RootElement;
        return [.. rows.EnumerateArray().Where(row => row.GetProperty("source_name").GetString() == exchange)
            .Select(row => (row.GetProperty("destination_name").GetString()!, row.GetProperty("routing_key").GetString()!)).Order()];
    }

    // The tool prints argument tables as lists of name, type and value.
    private static object? Sorted(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new SortedDictionary<string, object?>(element.EnumerateObject().ToDictionary(member => member.Name, member => Sorted(member.Value)), StringComparer.Ordinal),
        JsonValueKind.Array => new SortedDictionary<string, object?>(element.EnumerateArray().ToDictionary(entry => entry[0].GetString()!, entry => (object?)$"{entry[1]}:{entry[2]}"), StringComparer.Ordinal),
        _ => element.Clone(),
    };
}
