using Sidecar.Components;

namespace Sidecar.Tests.Components;

public sealed class BrokerSafetyTests
{
    private static readonly Dictionary<string, string> Safe = new()
    {
        ["durable"] = "true",
        ["deletedWhenUnused"] = "false",
        ["publisherConfirm"] = "true",
        ["deliveryMode"] = "2",
        ["requeueInFailure"] = "true",
        ["prefetchCount"] = "10",
    };

    [Fact]
    public void A_broker_that_keeps_its_messages_is_fine() => Assert.Empty(Problems("pubsub.rabbitmq", Safe));

    [Theory]
    [InlineData("durable", "false")]
    [InlineData("deletedWhenUnused", "true")]
    [InlineData("deletedWhenUnused", null)]
    [InlineData("publisherConfirm", null)]
    [InlineData("deliveryMode", null)]
    [InlineData("requeueInFailure", null)]
    [InlineData("prefetchCount", "0")]
    [InlineData("autoAck", "true")]
    public void Each_setting_that_loses_messages_is_named(string setting, string? value)
    {
        var settings = new Dictionary<string, string>(Safe);
        settings.Remove(setting);
        if (value is not null)
        {
            settings[setting] = value;
        }

        Assert.StartsWith($"broker (pubsub.rabbitmq/v1): {setting} should be ", Assert.Single(Problems("pubsub.rabbitmq", settings)));
    }

    [Fact]
    public void Other_brokers_have_no_such_settings() => Assert.Empty(Problems("pubsub.in-memory", []));

    private static IReadOnlyList<string> Problems(string type, Dictionary<string, string> settings) =>
        BrokerSafety.Problems(new ComponentSpec("broker", type, "v1", new ComponentMetadata(settings)));
}
