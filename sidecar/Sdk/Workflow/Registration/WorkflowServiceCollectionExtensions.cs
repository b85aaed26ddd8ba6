using System.Text.Json;
using Dapr.Common.Serialization;
using Dapr.Workflow.Registration;
using Dapr.Workflow.Serialization;
using Dapr.Workflow.Versioning;
using Dapr.Workflow.Worker;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Dapr.Workflow;

/// <summary>Registers workflows, their worker and their client.</summary>
public static class WorkflowServiceCollectionExtensions
{
    /// <summary>Registers all workflows and activities that are found.</summary>
    public static IServiceCollection AddDaprWorkflow(this IServiceCollection services) => services.AddDaprWorkflow(_ => { });

    /// <summary>Registers workflows and activities; those that are found are added.</summary>
    public static IServiceCollection AddDaprWorkflow(this IServiceCollection services, Action<WorkflowRuntimeOptions> configure, ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddDaprWorkflowBuilder(configure, null, lifetime).Services;
    }

    /// <summary>Registers workflows and activities; those that are found are added.</summary>
    public static DaprWorkflowBuilder AddDaprWorkflowBuilder(
        this IServiceCollection services,
        Action<WorkflowRuntimeOptions>? configureRuntime,
        Action<IServiceProvider, DaprWorkflowClientBuilder>? configureClient = null,
        ServiceLifetime lifetime = ServiceLifetime.Singleton)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!Enum.IsDefined(lifetime))
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "Invalid service lifetime");
        }

        var options = new WorkflowRuntimeOptions();
        configureRuntime?.Invoke(options);
        services.AddSingleton(options);
        services.AddLogging();
        services.TryAddSingleton<IDaprSerializer>(_ => new JsonDaprSerializer());
        services.TryAddSingleton<WorkflowFamilies>();
        services.TryAddSingleton<IWorkflowsFactory>(provider => AppWorkflows.Of(provider, options));
        services.TryAddSingleton<SidecarChannels>();
        services.TryAddSingleton<TurnWork>();
        services.TryAddSingleton<ActivityWork>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WorkflowWorker>());
        services.Add(new ServiceDescriptor(typeof(DaprWorkflowClient), provider => ClientOf(provider, configureClient), lifetime));
        return new DaprWorkflowBuilder(services);
    }

    private static DaprWorkflowClient ClientOf(IServiceProvider provider, Action<IServiceProvider, DaprWorkflowClientBuilder>? configure)
    {
        var builder = new DaprWorkflowClientBuilder(provider.GetService<IConfiguration>()).Within(provider, provider.GetRequiredService<SidecarChannels>().OfClients);
        configure?.Invoke(provider, builder);
        return builder.Build();
    }

    /// <summary>Goes on registering parts of workflows.</summary>
    public readonly struct DaprWorkflowBuilder : IDaprWorkflowBuilder
    {
        internal DaprWorkflowBuilder(IServiceCollection services) => Services = services;

        /// <inheritdoc/>
        public IServiceCollection Services { get; }

        /// <summary>How the worker's values become text.</summary>
        public DaprWorkflowBuilder WithSerializer(IDaprSerializer serializer)
        {
            ArgumentNullException.ThrowIfNull(serializer);
            Services.Replace(ServiceDescriptor.Singleton(serializer));
            return this;
        }

        /// <summary>How the worker's values become text.</summary>
        public DaprWorkflowBuilder WithSerializer(Func<IServiceProvider, IWorkflowSerializer> serializerFactory)
        {
            ArgumentNullException.ThrowIfNull(serializerFactory);
            Services.Replace(ServiceDescriptor.Singleton<IDaprSerializer>(serializerFactory));
            return this;
        }

        /// <summary>How the worker's values become JSON.</summary>
        public DaprWorkflowBuilder WithJsonSerializer(JsonSerializerOptions jsonOptions)
        {
            ArgumentNullException.ThrowIfNull(jsonOptions);
            return WithSerializer(new JsonDaprSerializer(jsonOptions));
        }

        /// <summary>The limits of sizes of messages.</summary>
        public DaprWorkflowBuilder WithGrpcMessageSizeLimits(int? maxReceiveMessageSize = null, int? maxSendMessageSize = null)
        {
            Services.AddSingleton(new SizeLimits(maxReceiveMessageSize, maxSendMessageSize));
            return this;
        }
    }
}
