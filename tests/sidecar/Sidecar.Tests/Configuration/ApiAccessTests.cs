using Sidecar.Configuration;
using Sidecar.Http;

namespace Sidecar.Tests.Configuration;

public sealed class ApiAccessTests
{
    private static readonly ApiRoute State = Route("v1.0", "state/{store}/{*key}", "state");
    private static readonly ApiRoute Query = Route("v1.0-alpha1", "state/{store}/query", "state");
    private static readonly ApiRoute Publish = Route("v1.0", "publish/{pubsub}/{*topic}", "publish");
    private static readonly ApiRoute Health = Route("v1.0", "healthz", "healthz") with { IsHealthCheck = true };

    [Fact]
    public void Without_rules_everything_is_allowed()
    {
        Assert.True(ApiAccess.All.Allows(State));
        Assert.True(ApiAccess.All.Allows("/dapr.proto.runtime.v1.Dapr/GetState"));
    }

    [Fact]
    public void Of_a_list_of_allowed_APIs_only_those_are_and_health_always_is()
    {
        var access = new ApiAccess([new ApiRule("state", "v1", "http")], []);

        Assert.Equal((true, false, false, true), (access.Allows(State), access.Allows(Query), access.Allows(Publish), access.Allows(Health)));
        Assert.True(access.Allows("/dapr.proto.runtime.v1.Dapr/PublishEvent"));
    }

    [Fact]
    public void What_is_denied_is_not_allowed_even_when_it_is_listed()
    {
        var access = new ApiAccess([new ApiRule("state", "v1", "http"), new ApiRule("state", "v1alpha1", "http")], [new ApiRule("state", "v1alpha1", "HTTP")]);

        Assert.Equal((true, false), (access.Allows(State), access.Allows(Query)));
    }

    [Fact]
    public void A_rule_may_also_be_the_beginning_of_a_path()
    {
        var access = new ApiAccess([], [new ApiRule("publish", "v1.0", "http")]);

        Assert.Equal((true, false), (access.Allows(State), access.Allows(Publish)));
    }

    [Fact]
    public void Methods_of_gRPC_have_rules_of_their_own_and_calls_of_apps_have_none()
    {
        var access = new ApiAccess([new ApiRule("state", "v1", "grpc")], [new ApiRule("metadata", "v1", "grpc")]);

        Assert.True(access.Allows("/dapr.proto.runtime.v1.Dapr/ExecuteStateTransaction"));
        Assert.False(access.Allows("/dapr.proto.runtime.v1.Dapr/QueryStateAlpha1"));
        Assert.False(access.Allows("/dapr.proto.runtime.v1.Dapr/GetMetadata"));
        Assert.True(access.Allows("/shop.Orders/Place"));
        Assert.True(access.Allows(Publish));
    }

    private static ApiRoute Route(string version, string template, string group) => new("GET", version, template, group, _ => default);
}
