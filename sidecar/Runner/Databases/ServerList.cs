using Sidecar.Components;

namespace Runner.Databases;

/// <summary>The servers behind the components of a set.</summary>
internal static class ServerList
{
    public static IReadOnlyList<Server> Of(IEnumerable<ComponentSpec> components) => [.. components.Select(Of).OfType<Server>().Distinct()];

    private static Server? Of(ComponentSpec component) => ComponentTypes.FactoryOf(component.Type, component.Version) switch
    {
        Factory.StatePostgresV1 or Factory.StatePostgresV2 => PostgresDatabase.Of(component),
        Factory.StateRedis => RedisDatabase.Of(component),
        Factory.PubSubRabbit => RabbitBroker.Of(component),
        _ => component.Type.Equals("state.mongodb", StringComparison.OrdinalIgnoreCase) ? MongoDatabase.Of(component) : null,
    };
}
