namespace Dapr.Client;

/// <summary>What a sidecar tells of itself.</summary>
public sealed class DaprMetadata(string id, IReadOnlyList<DaprActorMetadata> actors, IReadOnlyDictionary<string, string> extended, IReadOnlyList<DaprComponentsMetadata> components)
{
    /// <summary>The app's id.</summary>
    public string Id { get; } = id;

    /// <summary>Active actors by type.</summary>
    public IReadOnlyList<DaprActorMetadata> Actors { get; } = actors;

    /// <summary>Attributes, those of the app too.</summary>
    public IReadOnlyDictionary<string, string> Extended { get; } = extended;

    /// <summary>What is loaded.</summary>
    public IReadOnlyList<DaprComponentsMetadata> Components { get; } = components;
}

/// <summary>Active actors of a type.</summary>
public sealed class DaprActorMetadata(string type, int count)
{
    /// <summary>The type.</summary>
    public string Type { get; } = type;

    /// <summary>How many.</summary>
    public int Count { get; } = count;
}

/// <summary>A loaded component.</summary>
public sealed class DaprComponentsMetadata(string name, string type, string version, string[] capabilities)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its type.</summary>
    public string Type { get; } = type;

    /// <summary>Its version.</summary>
    public string Version { get; } = version;

    /// <summary>What it can do.</summary>
    public string[] Capabilities { get; } = capabilities;
}
