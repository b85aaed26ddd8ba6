using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.PubSub.RabbitMq;

namespace Sidecar.Tests.PubSub.Brokers;

public sealed class RabbitMqSettingsTests
{
    [Fact]
    public void Defaults_are_those_of_daprds_code()
    {
        var settings = Read();

        Assert.Equal(("app", true, true, false, false), (settings.ConsumerId, settings.Durable, settings.DeletedWhenUnused, settings.AutoAck, settings.RequeueInFailure));
        Assert.Equal((0, 0, false, "fanout", false), (settings.DeliveryMode, settings.PrefetchCount, settings.PublisherConfirm, settings.ExchangeKind, settings.HandlesOneByOne));
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10)), (settings.ReconnectWait, settings.Heartbeat));
        Assert.Equal(("localhost", 5672, "guest", "guest", "/"), (settings.Address.Host, settings.Address.Port, settings.Address.User, settings.Address.Password, settings.Address.VirtualHost));
    }

    [Theory]
    [InlineData("connectionString", "amqp://me:p%40ss@mq.example:5673/shop%2Feu", false, "mq.example", 5673, "me", "p@ss", "shop/eu")]
    [InlineData("host", "amqps://mq.example", true, "mq.example", 5671, "guest", "guest", "/")]
    [InlineData("connectionString", "amqp://me@[::1]/", false, "::1", 5672, "me", "guest", "/")]
    public void A_connection_string_is_taken_apart(string name, string text, bool isTls, string host, int port, string user, string password, string virtualHost)
    {
        var address = Read((name, text)).Address;

        Assert.Equal(new RabbitMqAddress(isTls, host, port, user, password, virtualHost), address);
    }

    [Fact]
    public void Single_settings_make_an_address_too()
    {
        var address = Read(("protocol", "amqps"), ("hostname", "mq:5699"), ("username", "me"), ("password", "a/b:c@d")).Address;

        Assert.Equal(new RabbitMqAddress(IsTls: true, "mq", 5699, "me", "a/b:c@d", "/"), address);
    }

    [Fact]
    public void The_connection_string_has_its_own_heartbeat_and_login()
    {
        var address = Read(("connectionString", "amqp://h?heartbeat=7&auth_mechanism=EXTERNAL&connection_timeout=1500")).Address;

        Assert.Equal((TimeSpan.FromSeconds(7), true, TimeSpan.FromSeconds(1.5)), (address.Heartbeat, address.IsExternalLogin, address.ConnectTimeout));
    }

    [Fact]
    public void All_problems_are_named_at_once_without_a_password()
    {
        var failure = Assert.Throws<ComponentException>(() => Read(
            ("connectionString", "http://me:secret@h"), ("deliveryMode", "3"), ("prefetchCount", "256"), ("exchangeKind", "x"), ("concurrencyMode", "many"), ("ttlInSeconds", "-1"),
            ("maxLen", "long"), ("saslExternal", "true"), ("caCert", "nonsense"), ("reconnectWaitSeconds", "soon")));

        foreach (var name in new[] { "connectionString", "deliveryMode", "prefetchCount", "exchangeKind", "concurrencyMode", "ttlInSeconds", "maxLen", "saslExternal", "caCert", "reconnectWaitSeconds" })
        {
            Assert.Contains($"\"{name}\"", failure.Message);
        }

        Assert.DoesNotContain("secret", failure.Message);
    }

    [Fact]
    public void A_protocol_that_contradicts_the_connection_string_is_refused() =>
        Assert.Throws<ComponentException>(() => Read(("connectionString", "amqp://h"), ("protocol", "amqps")));

    [Fact]
    public void A_component_is_made_without_a_broker() =>
        _ = new RabbitMqPubSub(Specs.Of("pubsub.rabbitmq", ("connectionString", "amqp://nowhere.invalid")), "app", TimeProvider.System, NullLogger.Instance);

    private static RabbitMqSettings Read(params (string, string)[] settings) => RabbitMqSettings.Of(Specs.Of("pubsub.rabbitmq", settings), "app");
}
