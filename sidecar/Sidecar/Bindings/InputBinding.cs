using Sidecar.Components;

namespace Sidecar.Bindings;

/// <summary>A component that may call the app, and what its YAML says about that.</summary>
public sealed record InputBinding(string Name, ComponentMetadata Metadata, IInputBinding Source)
{
    private const string Input = "input";

    /// <summary>Where the app takes its events.</summary>
    public string Route => Metadata.String("route", Name);

    /// <summary>The app need not be asked whether it wants them.</summary>
    public bool IsCertain => Directions(Metadata).Contains(Input, StringComparer.OrdinalIgnoreCase);

    /// <summary>False for a component that says it is for output only.</summary>
    public static bool IsInput(ComponentMetadata metadata) =>
        !metadata.Values.ContainsKey("direction") || Directions(metadata).Contains(Input, StringComparer.OrdinalIgnoreCase);

    private static string[] Directions(ComponentMetadata metadata) => metadata.String("direction").Split(',', StringSplitOptions.TrimEntries);
}
