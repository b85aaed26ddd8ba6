using System.Text.Json;
using Dapr.Workflow.Client;
using Dapr.Common;
using Dapr.Common.Serialization;
using Dapr.Wire;
using Dapr.Workflow.Serialization;
using Microsoft.Extensions.Configuration;

namespace Dapr.Workflow.Registration;

/// <summary>Makes a <see cref="DaprWorkflowClient"/>; what is not said comes from the environment.</summary>
/// <param name="configuration">Where the token may be.</param>
public sealed class DaprWorkflowClientBuilder(IConfiguration? configuration = null) : DaprGenericClientBuilder<DaprWorkflowClient>(configuration)
{
    private Func<IDaprSerializer>? serializer;
    private IServiceProvider? services;
    private WireChannel? shared;

    /// <summary>How values become text.</summary>
    public DaprWorkflowClientBuilder UseSerializer(IDaprSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        this.serializer = () => serializer;
        return this;
    }

    /// <summary>How values become text.</summary>
    public DaprWorkflowClientBuilder UseSerializer(Func<IServiceProvider, IWorkflowSerializer> serializerFactory)
    {
        ArgumentNullException.ThrowIfNull(serializerFactory);
        serializer = () => services is null ? WebJson() : serializerFactory(services);
        return this;
    }

    /// <summary>How values become JSON.</summary>
    public DaprWorkflowClientBuilder UseJsonSerializer(JsonSerializerOptions jsonOptions)
    {
        ArgumentNullException.ThrowIfNull(jsonOptions);
        return UseSerializer(new JsonDaprSerializer(jsonOptions));
    }

    /// <inheritdoc/>
    public override DaprWorkflowClient Build() =>
        new(shared ?? NewChannel(), new WireFields(DaprApiToken, TaskHub.Agent), serializer?.Invoke() ?? WebJson(), isOwner: shared is null);

    /// <summary>The way to the sidecar that an app's clients share.</summary>
    internal DaprWorkflowClientBuilder Within(IServiceProvider services, WireChannel shared)
    {
        this.services = services;
        this.shared = shared;
        return this;
    }

    private static JsonDaprSerializer WebJson() => new(new JsonSerializerOptions(JsonSerializerDefaults.Web));
}
