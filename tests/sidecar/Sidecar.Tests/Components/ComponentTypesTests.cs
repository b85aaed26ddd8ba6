using Sidecar.Components;

namespace Sidecar.Tests.Components;

public sealed class ComponentTypesTests
{
    [Theory]
    [InlineData("state.redis", "", Factory.StateRedis)]
    [InlineData("State.Redis", "V1", Factory.StateRedis)]
    [InlineData("state.redis", "v0", Factory.StateRedis)]
    [InlineData("state.postgresql", "", Factory.StatePostgresV1)]
    [InlineData("state.postgresql", "v1", Factory.StatePostgresV1)]
    [InlineData("state.postgres", "v2", Factory.StatePostgresV2)]
    [InlineData("state.postgresql", "v0", Factory.None)]
    [InlineData("state.redis", "v2", Factory.None)]
    [InlineData("state.mysql", "v1", Factory.None)]
    public void A_type_and_version_say_what_is_built(string type, string version, Factory factory) =>
        Assert.Equal(factory, ComponentTypes.FactoryOf(type, version));

    [Theory]
    [InlineData("lock.redis")]
    [InlineData("configuration.redis")]
    [InlineData("middleware.http.bearer")]
    [InlineData("bindings.kafka")]
    [InlineData("state.mongodb")]
    public void What_an_app_may_never_ask_for_is_listed(string type)
    {
        Assert.True(ComponentTypes.IsListedOnly(type));
        Assert.Null(ComponentTypes.Fault(type, "v1"));
    }

    [Theory]
    [InlineData("state.mysql", "state.mysql is a component of daprd that this sidecar does not have")]
    [InlineData("pubsub.kafka", "pubsub.kafka is a component of daprd that this sidecar does not have")]
    [InlineData("pubsub.rabitmq", "couldn't find message bus pubsub.rabitmq/v1; did you mean pubsub.rabbitmq?")]
    [InlineData("sate.redis", "incorrect type sate.redis; did you mean state.redis?")]
    [InlineData("nothing-like-it", "incorrect type nothing-like-it")]
    public void What_cannot_be_there_is_told_with_the_reason(string type, string fault) => Assert.Equal(fault, ComponentTypes.Fault(type, "v1"));
}
