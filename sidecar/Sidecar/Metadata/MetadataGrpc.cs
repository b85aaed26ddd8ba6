using Google.Protobuf.WellKnownTypes;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Protos;

namespace Sidecar.Metadata;

/// <summary>What a sidecar tells about itself, and its end, over gRPC.</summary>
public sealed class MetadataGrpc(MetadataApi api, Shutdown shutdown)
{
    private static readonly Empty Nothing = new();

    public void Register(GrpcMethods methods)
    {
        methods.Unary(GrpcMethods.Dapr + "GetMetadata", GetMetadataRequest.Parser, (_, _) => ValueTask.FromResult(Answer(api.Read())));
        methods.Unary(GrpcMethods.Dapr + "SetMetadata", SetMetadataRequest.Parser, (request, _) =>
        {
            api.Set(request.Key, request.Value);
            return ValueTask.FromResult(Nothing);
        });
        methods.Unary(GrpcMethods.Dapr + "Shutdown", ShutdownRequest.Parser, (_, call) =>
        {
            shutdown.Request(call.RequestHeaders[Shutdown.ForceHeader].ToString());
            return ValueTask.FromResult(Nothing);
        });
    }

    private static GetMetadataResponse Answer(SidecarMetadata metadata)
    {
        var answer = new GetMetadataResponse
        {
            Id = metadata.Id,
            RuntimeVersion = SidecarMetadata.RuntimeVersion,
            EnabledFeatures = { metadata.EnabledFeatures },
            RegisteredComponents = { metadata.Components.Select(Component) },
            Subscriptions = { metadata.Subscriptions.Select(Subscription) },
            HttpEndpoints = { metadata.HttpEndpoints.Select(name => new MetadataHTTPEndpoint { Name = name }) },
            Resiliencies = { metadata.Resiliencies.Select(name => new MetadataResiliency { Name = name }) },
            AppConnectionProperties = App(metadata.App),
            ActiveActorsCount = { Actors(metadata.Workflows) },
            ActorRuntime = Runtime(metadata.Workflows),
            Workflows = new MetadataWorkflows { ConnectedWorkers = metadata.Workflows?.ConnectedWorkers ?? 0 },
        };
        answer.ExtendedMetadata.Add(metadata.Extended.ToDictionary());
        return answer;
    }

    private static IEnumerable<ActiveActorsCount> Actors(WorkflowInfo? workflows) =>
        workflows?.ActorTypes.Select(type => new ActiveActorsCount { Type = type }) ?? [];

    private static ActorRuntime Runtime(WorkflowInfo? workflows) => workflows is null
        ? new() { RuntimeStatus = ActorRuntime.Types.ActorRuntimeStatus.Disabled, Placement = "placement: disconnected" }
        : new()
        {
            RuntimeStatus = ActorRuntime.Types.ActorRuntimeStatus.Running,
            ActiveActors = { Actors(workflows) },
            HostReady = true,
            Placement = "placement: connected",
        };

    private static RegisteredComponents Component(ComponentInfo component) => new()
    {
        Name = component.Name,
        Type = component.Type,
        Version = component.Version,
        Capabilities = { component.Capabilities },
    };

    private static PubsubSubscription Subscription(SubscriptionInfo subscription)
    {
        var answer = new PubsubSubscription
        {
            PubsubName = subscription.PubSub,
            Topic = subscription.Topic,
            DeadLetterTopic = subscription.DeadLetterTopic,
            Type = (PubsubSubscriptionType)subscription.Kind,
            Rules = new PubsubSubscriptionRules { Rules = { subscription.Rules.Select(rule => new PubsubSubscriptionRule { Match = rule.Match, Path = rule.Path }) } },
        };
        answer.Metadata.Add(subscription.Metadata?.ToDictionary() ?? []);
        return answer;
    }

    private static AppConnectionProperties App(AppConnection app)
    {
        var answer = new AppConnectionProperties
        {
            Port = app.Port,
            Protocol = app.Protocol,
            ChannelAddress = app.ChannelAddress,
            MaxConcurrency = app.MaxConcurrency,
        };
        if (app.Health is { } health)
        {
            answer.Health = new AppConnectionHealthProperties
            {
                HealthCheckPath = health.Path,
                HealthProbeInterval = health.Interval,
                HealthProbeTimeout = health.Timeout,
                HealthThreshold = health.Threshold,
            };
        }

        return answer;
    }
}
