using Microsoft.Extensions.Logging.Abstractions;
using Servers;
using Sidecar.PubSub;
using Sidecar.PubSub.RabbitMq;

namespace Sidecar.Tests.PubSub.Brokers;

public sealed class RabbitMqPubSubTests(RabbitFixture fixture) : BrokerConformance, IAsyncLifetime
{
    private RabbitServer server = null!;

    async ValueTask IAsyncLifetime.InitializeAsync() => server = await fixture.StartedAsync();

    protected override IPubSub Create(string appId, bool isSerial) => new RabbitMqPubSub(
        Specs.Of("pubsub.rabbitmq", ("connectionString", server.Uri), ("deletedWhenUnused", "false"), ("deliveryMode", "2"), ("publisherConfirm", "true"),
            ("requeueInFailure", "true"), ("concurrencyMode", isSerial ? "single" : "parallel")),
        appId, TimeProvider.System, NullLogger.Instance);
}
