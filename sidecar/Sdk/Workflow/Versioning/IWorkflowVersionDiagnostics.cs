namespace Dapr.Workflow.Versioning;

/// <summary>What is said when versions cannot be told apart.</summary>
public interface IWorkflowVersionDiagnostics
{
    /// <summary>For a strategy that cannot be made.</summary>
    string UnknownStrategyTitle { get; }

    /// <summary>For a name that says nothing.</summary>
    string CouldNotParseTitle { get; }

    /// <summary>For a workflow without versions.</summary>
    string EmptyFamilyTitle { get; }

    /// <summary>For versions of which none is later.</summary>
    string AmbiguousLatestTitle { get; }

    /// <summary>For a strategy that cannot be made.</summary>
    string UnknownStrategyMessage(string typeName, Type strategyType);

    /// <summary>For a name that says nothing.</summary>
    string CouldNotParseMessage(string typeName);

    /// <summary>For a workflow without versions.</summary>
    string EmptyFamilyMessage(string canonicalName);

    /// <summary>For versions of which none is later.</summary>
    string AmbiguousLatestMessage(string canonicalName, IReadOnlyList<string> versions);
}

/// <summary>Under which numbers it is said.</summary>
public static class IWorkflowVersioningDiagnosticIds
{
    /// <summary>A strategy that cannot be made.</summary>
    public const string UnknownStrategy = "DWV001";

    /// <summary>A name that says nothing.</summary>
    public const string CouldNotParse = "DWV002";

    /// <summary>A workflow without versions.</summary>
    public const string EmptyFamily = "DWV003";

    /// <summary>Versions of which none is later.</summary>
    public const string AmbiguousLatest = "DWV004";
}

/// <summary>What is said unless an app says it otherwise.</summary>
public sealed class DefaultWorkflowVersioningDiagnostics : IWorkflowVersionDiagnostics
{
    /// <inheritdoc/>
    public string UnknownStrategyTitle => "Invalid workflow versioning strategy";

    /// <inheritdoc/>
    public string CouldNotParseTitle => "Unable to derive canonical name and version";

    /// <inheritdoc/>
    public string EmptyFamilyTitle => "No versions discovered for workflow family";

    /// <inheritdoc/>
    public string AmbiguousLatestTitle => "Ambiguous latest workflow version";

    /// <inheritdoc/>
    public string UnknownStrategyMessage(string typeName, Type strategyType) =>
        $"The strategy '{strategyType?.FullName ?? "<null>"}' of workflow '{Named(typeName)}' cannot be made, or it is no {nameof(IWorkflowVersionStrategy)}.";

    /// <inheritdoc/>
    public string CouldNotParseMessage(string typeName) => $"No strategy reads a canonical name and a version from the name of workflow '{Named(typeName)}'.";

    /// <inheritdoc/>
    public string EmptyFamilyMessage(string canonicalName) => $"Workflow '{Named(canonicalName)}' has no versions.";

    /// <inheritdoc/>
    public string AmbiguousLatestMessage(string canonicalName, IReadOnlyList<string> versions) =>
        $"Several versions of workflow '{Named(canonicalName)}' are the latest: [{(versions is { Count: > 0 } ? string.Join(", ", versions) : "<none>")}].";

    private static string Named(string name) => string.IsNullOrWhiteSpace(name) ? "<unknown>" : name;
}
