namespace Sidecar.Components;

/// <summary>What is built for a component.</summary>
public enum Factory
{
    None,
    StateInMemory,
    StateSqlite,
    StatePostgresV1,
    StatePostgresV2,
    StateRedis,
    PubSubInMemory,
    PubSubRabbit,
    PubSubSqlite,
    SecretsFile,
    SecretsEnvironment,
    BindingCron,
}

/// <summary>The component types of this sidecar and of daprd.</summary>
public static class ComponentTypes
{
    private static readonly string[] FirstVersion = ["", "v0", "v1"];

    private static readonly Dictionary<(string Type, string Version), Factory> Factories = Build(
        (FirstVersion, Factory.StateInMemory, ["state.in-memory"]),
        (FirstVersion, Factory.StateSqlite, ["state.sqlite", "state.sqlite3"]),
        (["", "v1"], Factory.StatePostgresV1, ["state.postgresql", "state.postgres"]),
        (["v2"], Factory.StatePostgresV2, ["state.postgresql", "state.postgres"]),
        (FirstVersion, Factory.StateRedis, ["state.redis"]),
        (FirstVersion, Factory.PubSubInMemory, ["pubsub.in-memory"]),
        (FirstVersion, Factory.PubSubRabbit, ["pubsub.rabbitmq"]),
        (FirstVersion, Factory.PubSubSqlite, ["pubsub.sqlite"]),
        (FirstVersion, Factory.SecretsFile, ["secretstores.local.file"]),
        (FirstVersion, Factory.SecretsEnvironment, ["secretstores.local.env"]),
        (FirstVersion, Factory.BindingCron, ["bindings.cron"]));

    private static readonly HashSet<string> Known =
    [
        .. Factories.Keys.Select(key => key.Type),
        .. DaprComponentTypes.All,
    ];

    /// <summary>The part of a type before its first dot: state, pubsub, …</summary>
    public static string Category(string type) => type.Split('.', 2)[0].ToLowerInvariant();

    public static Factory FactoryOf(string type, string version) =>
        Factories.GetValueOrDefault((type.ToLowerInvariant(), version.ToLowerInvariant()), Factory.None);

    /// <summary>True for a component that this sidecar starts with, lists in its metadata and cannot use.</summary>
    public static bool IsListedOnly(string type) => DaprComponentTypes.IsListedOnly(type.ToLowerInvariant());

    /// <summary>Why there can be no such component, in daprd's words first; null when there can.</summary>
    public static string? Fault(string type, string version)
    {
        if (FactoryOf(type, version) != Factory.None || IsListedOnly(type))
        {
            return null;
        }

        var name = type.ToLowerInvariant();
        var versions = Factories.Keys.Where(key => key.Type == name && key.Version.Length > 0).Select(key => key.Version).Distinct().ToList();
        if (versions.Count > 0)
        {
            return $"{CouldNotFind(type, version)}; {name} has the versions {string.Join(", ", versions)}";
        }

        return Known.Contains(name)
            ? $"{type} is a component of daprd that this sidecar does not have"
            : $"{CouldNotFind(type, version)}{Nearest.Hint(name, Known)}";
    }

    private static string CouldNotFind(string type, string version) => Category(type) switch
    {
        "state" => $"couldn't find state store {type}/{version}",
        "pubsub" => $"couldn't find message bus {type}/{version}",
        "secretstores" => $"couldn't find secret store {type}/{version}",
        "bindings" => $"couldn't find binding {type}/{version}",
        "lock" => $"couldn't find lock store {type}/{version}",
        "configuration" => $"couldn't find configuration store {type}/{version}",
        "crypto" => $"couldn't find crypto provider {type}/{version}",
        "conversation" => $"couldn't find conversation {type}/{version}",
        "middleware" => $"couldn't find middleware {type}/{version}",
        _ => $"incorrect type {type}",
    };

    private static Dictionary<(string Type, string Version), Factory> Build(params ReadOnlySpan<(string[] Versions, Factory Factory, string[] Types)> rows)
    {
        var table = new Dictionary<(string Type, string Version), Factory>();
        foreach (var (versions, factory, types) in rows)
        {
            foreach (var type in types)
            {
                foreach (var version in versions)
                {
                    table[(type, version)] = factory;
                }
            }
        }

        return table;
    }
}
