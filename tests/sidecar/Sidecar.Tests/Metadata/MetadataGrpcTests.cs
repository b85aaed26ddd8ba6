using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Metadata;
using Sidecar.Protos;
using Sidecar.Tests.Grpc;

namespace Sidecar.Tests.Metadata;

public sealed class MetadataGrpcTests
{
    private readonly Shutdown shutdown = new(NullLogger<Shutdown>.Instance, TimeProvider.System);

    [Fact]
    public async Task Metadata_is_told_in_full()
    {
        await using var host = await StartAsync();

        await host.AskAsync<Empty>(GrpcMethods.Dapr + "SetMetadata", new SetMetadataRequest { Key = "k", Value = "v" });
        var told = (await host.AskAsync<GetMetadataResponse>(GrpcMethods.Dapr + "GetMetadata", new GetMetadataRequest())).Message;

        Assert.Equal(("app", "1.18.3", "v", "1.18.3"), (told.Id, told.RuntimeVersion, told.ExtendedMetadata["k"], told.ExtendedMetadata["daprRuntimeVersion"]));
        Assert.Equal(("s", "state.in-memory", "v1", "ETAG"), told.RegisteredComponents.Select(c => (c.Name, c.Type, c.Version, c.Capabilities.Single())).Single());
        var subscription = Assert.Single(told.Subscriptions);
        Assert.Equal(("p", "t", "dead", PubsubSubscriptionType.Declarative, "/path"), (subscription.PubsubName, subscription.Topic, subscription.DeadLetterTopic, subscription.Type, subscription.Rules.Rules.Single().Path));
        Assert.Equal((6001, "http", "/healthz", "5s"), (told.AppConnectionProperties.Port, told.AppConnectionProperties.Protocol, told.AppConnectionProperties.Health.HealthCheckPath, told.AppConnectionProperties.Health.HealthProbeInterval));
        Assert.Equal((ActorRuntime.Types.ActorRuntimeStatus.Disabled, "placement: disconnected", 0), (told.ActorRuntime.RuntimeStatus, told.ActorRuntime.Placement, told.Workflows.ConnectedWorkers));
    }

    [Fact]
    public async Task A_shutdown_is_answered_and_then_wished_for()
    {
        await using var host = await StartAsync();

        await host.AskAsync<Empty>(GrpcMethods.Dapr + "Shutdown", new ShutdownRequest());

        Assert.False(await shutdown.Requested.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    private Task<GrpcHost> StartAsync()
    {
        var metadata = new SidecarMetadata("app")
        {
            Components = [new ComponentInfo("s", "state.in-memory", "v1", ["ETAG"])],
            Subscriptions = [new SubscriptionInfo("p", "t", "dead", SubscriptionKind.Declarative) { Rules = [new RuleInfo("", "/path")] }],
            App = new AppConnection(6001, "http", "127.0.0.1", 0, new AppHealthInfo("/healthz", "5s", "500ms", 3)),
        };
        return GrpcHost.StartAsync(new MetadataGrpc(new MetadataApi(() => metadata), shutdown).Register);
    }
}
