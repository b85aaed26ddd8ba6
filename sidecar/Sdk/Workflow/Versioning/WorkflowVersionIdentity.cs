namespace Dapr.Workflow.Versioning;

/// <summary>Says which version of which workflow a class is, where its name does not.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = false)]
public sealed class WorkflowVersionAttribute : Attribute
{
    /// <summary>The name that all versions share.</summary>
    public string? CanonicalName { get; init; }

    /// <summary>The version.</summary>
    public string? Version { get; init; }

    /// <summary>What compares the versions.</summary>
    public Type? StrategyType { get; init; }

    /// <summary>The name of the strategy's options.</summary>
    public string? OptionsName { get; init; }
}

/// <summary>One version of a workflow.</summary>
/// <param name="CanonicalName">The name that all versions share.</param>
/// <param name="Version">The version.</param>
/// <param name="TypeName">Its class.</param>
/// <param name="AssemblyName">Where the class is.</param>
public readonly record struct WorkflowVersionIdentity(string CanonicalName, string Version, string TypeName, string? AssemblyName = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{CanonicalName}@{Version} ({TypeName})";
}

/// <summary>All versions of a workflow.</summary>
/// <param name="CanonicalName">The name that they share.</param>
/// <param name="Versions">The versions.</param>
public sealed record WorkflowFamily(string CanonicalName, IReadOnlyCollection<WorkflowVersionIdentity> Versions);

/// <summary>What the name of a class says.</summary>
/// <param name="CanonicalName">The name that all versions share.</param>
/// <param name="Version">The version.</param>
/// <param name="IsExplicit">Whether it was written down rather than read from the name.</param>
public readonly record struct VersionParseResult(string CanonicalName, string Version, bool IsExplicit);

/// <summary>For which workflow a strategy is made.</summary>
/// <param name="CanonicalName">Its name.</param>
/// <param name="OptionsName">The name of the options to use.</param>
public readonly record struct WorkflowVersionStrategyContext(string CanonicalName, string? OptionsName);

/// <summary>Names that tools know.</summary>
public static class WellKnownVersioning
{
    /// <summary>The attribute's full name.</summary>
    public const string WorkflowVersionAttributeFullName = "Dapr.Workflow.Versioning.WorkflowVersionAttribute";
}
