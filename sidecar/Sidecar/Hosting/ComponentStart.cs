using Sidecar.Bindings;
using Sidecar.Components;
using Sidecar.PubSub;
using Sidecar.PubSub.InMemory;
using Sidecar.PubSub.RabbitMq;
using Sidecar.PubSub.Sqlite;
using Sidecar.Resiliency;
using Sidecar.Secrets;
using Sidecar.State;
using Sidecar.State.InMemory;
using Sidecar.State.PostgreSql;
using Sidecar.State.Redis;
using Sidecar.State.Sqlite;
using Sidecar.Telemetry.Metrics;

namespace Sidecar.Hosting;

/// <summary>Builds and initialises components, secret stores first; says of all together what is wrong.</summary>
internal sealed class ComponentStart(ComponentSet set, SidecarOptions options, ResiliencyPolicies policies, RuntimeMetrics metrics, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger log = loggers.CreateLogger("dapr.runtime.processor");
    private readonly List<string> problems = [];

    public async Task RunAsync(IReadOnlyList<ComponentDefinition> definitions, CancellationToken cancellation)
    {
        var resolver = new ComponentResolver(options.AppId, options.Namespace, Environment.GetEnvironmentVariable);
        foreach (var definition in definitions)
        {
            if (ComponentTypes.IsListedOnly(definition.Type))
            {
                log.LogWarning("component {Component} is known to Dapr and not served here: it is listed and cannot be used", definition.LogName);
                set.AddListedOnly(definition);
            }
            else
            {
                await StartAsync(definition, resolver, cancellation);
            }
        }

        if (problems.Count > 0)
        {
            throw new StartException(problems);
        }
    }

    private async Task StartAsync(ComponentDefinition definition, ComponentResolver resolver, CancellationToken cancellation)
    {
        metrics.ComponentLoaded();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(definition.InitTimeout);
        try
        {
            var spec = await resolver.ResolveAsync(definition, set.Secrets, patience.Token);
            await BuildAsync(spec, TopicPrefix(definition), patience.Token);
            metrics.ComponentInitialized(definition.Type);
            log.LogInformation("Component loaded: {Component}", definition.LogName);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
        {
            metrics.ComponentFailed(definition.Type, "init", definition.Name);
            var reason = problem is OperationCanceledException ? $"it was not ready within its initTimeout of {definition.InitTimeout.TotalSeconds:0.###}s" : problem.Message;
            var sentence = $"{definition.File}:{definition.Line}: component {definition.LogName}: {reason}";
            if (definition.IgnoreErrors)
            {
                log.LogWarning("{Problem}; ignored, as ignoreErrors says", sentence);
            }
            else
            {
                problems.Add(sentence);
            }
        }
        catch (Exception problem)
        {
            // A component only knows that it had no more time.
            throw new OperationCanceledException("told to end while starting", problem, cancellation);
        }
    }

    private async Task BuildAsync(ComponentSpec spec, string topicPrefix, CancellationToken cancellation)
    {
        var logger = loggers.CreateLogger($"dapr.contrib.{spec.Type}");
        switch (ComponentTypes.FactoryOf(spec.Type, spec.Version))
        {
            case Factory.StateInMemory:
                await StateAsync(spec, new InMemoryStateStore(spec, time, logger), cancellation);
                break;
            case Factory.StateSqlite:
                await StateAsync(spec, new SqliteStateStore(spec, time, logger), cancellation);
                break;
            case Factory.StatePostgresV1 or Factory.StatePostgresV2:
                await StateAsync(spec, new PostgresStateStore(spec, time, logger), cancellation);
                break;
            case Factory.StateRedis:
                await StateAsync(spec, new RedisStateStore(spec.Metadata, time, logger), cancellation);
                break;
            case Factory.PubSubInMemory:
                await PubSubAsync(spec, topicPrefix, new InMemoryPubSub(time, logger), cancellation);
                break;
            case Factory.PubSubRabbit:
                await PubSubAsync(spec, topicPrefix, new RabbitMqPubSub(spec, options.AppId, time, logger), cancellation);
                break;
            case Factory.PubSubSqlite:
                await PubSubAsync(spec, topicPrefix, new SqlitePubSub(spec, options.AppId, time, logger), cancellation);
                break;
            case Factory.SecretsFile:
                await SecretsAsync(spec, new LocalFileSecretStore(spec.Metadata), cancellation);
                break;
            case Factory.SecretsEnvironment:
                await SecretsAsync(spec, new LocalEnvSecretStore(spec.Metadata, logger), cancellation);
                break;
            case Factory.BindingCron:
                await BindingAsync(spec, new CronBinding(spec.Name, spec.Metadata, time, logger), cancellation);
                break;
            case Factory.None:
            default:
                throw new ComponentException(ComponentTypes.Fault(spec.Type, spec.Version) ?? "it has no implementation");
        }
    }

    /// <summary>A component that speaks of its namespace keeps its topics to it.</summary>
    private string TopicPrefix(ComponentDefinition definition) =>
        definition.Settings.Any(setting => setting.Value?.Contains("{namespace}", StringComparison.Ordinal) == true) ? options.Namespace : "";

    private async Task StateAsync(ComponentSpec spec, IStateStore store, CancellationToken cancellation)
    {
        set.Own(store);
        var keys = new StateKeys(spec.Metadata.String("keyPrefix"), spec.Name, options.AppId, options.Namespace);
        await store.InitAsync(cancellation);
        var component = new StateComponent(spec.Name, store, keys, policies.ComponentOutbound(spec.Name, ComponentKind.Statestore));
        set.States[spec.Name] = component;
        if (spec.Metadata.Bool("actorStateStore"))
        {
            ChooseActorStore(spec, component);
        }

        set.Add(spec, Capabilities.Of(store.Features));
    }

    private void ChooseActorStore(ComponentSpec spec, StateComponent component)
    {
        if (!component.Store.Features.HasFlag(StateFeatures.ETag | StateFeatures.Transactional))
        {
            log.LogWarning("component {Component} says actorStateStore, but has no transactions: workflows are not kept there and cannot be used", spec.LogName);
            return;
        }

        set.ChooseActorStore(component);
        log.LogInformation("Using '{Component}' as actor state store", spec.Name);
    }

    private async Task PubSubAsync(ComponentSpec spec, string topicPrefix, IPubSub broker, CancellationToken cancellation)
    {
        if (options.RequireSafeBrokers && BrokerSafety.Problems(spec) is { Count: > 0 } unsafeSettings)
        {
            throw new ComponentException(string.Join("; ", unsafeSettings));
        }

        set.Own(broker);
        await broker.InitAsync(cancellation);
        set.PubSubs[spec.Name] = new PubSubComponent(spec.Name, broker, TopicScopes.Of(options.AppId, spec.Metadata.Values))
        {
            Outbound = policies.ComponentOutbound(spec.Name, ComponentKind.Pubsub),
            Inbound = policies.ComponentInbound(spec.Name, ComponentKind.Pubsub),
            TopicPrefix = topicPrefix,
        };
        set.Add(spec, Capabilities.Of(broker.Features));
    }

    private async Task SecretsAsync(ComponentSpec spec, ISecretStore store, CancellationToken cancellation)
    {
        await store.InitAsync(cancellation);
        set.Secrets[spec.Name] = store;
        set.Add(spec, Capabilities.Of(store));
    }

    private async Task BindingAsync(ComponentSpec spec, IInputBinding source, CancellationToken cancellation)
    {
        await source.InitAsync(cancellation);
        if (InputBinding.IsInput(spec.Metadata))
        {
            set.Bindings.Add(new InputBinding(spec.Name, spec.Metadata, source));
        }

        set.Add(spec, Capabilities.OfInputBinding);
    }
}
