namespace Dapr.Workflow.Versioning;

/// <summary>Finds the version that a workflow's name stands for, as the app's options say.</summary>
/// <param name="services">The app's services.</param>
/// <param name="options">The app's options.</param>
/// <param name="diagnostics">What is said when it cannot be told.</param>
public sealed class WorkflowVersionResolver(IServiceProvider services, WorkflowVersioningOptions options, IWorkflowVersionDiagnostics diagnostics) : IWorkflowVersionResolver
{
    /// <inheritdoc/>
    public bool TryGetLatest(WorkflowFamily family, out WorkflowVersionIdentity latest, out string? diagnosticId, out string? diagnosticMessage)
    {
        ArgumentNullException.ThrowIfNull(family);
        (latest, diagnosticId, diagnosticMessage) = (default, null, null);
        if (family.Versions is not { Count: > 0 })
        {
            (diagnosticId, diagnosticMessage) = (IWorkflowVersioningDiagnosticIds.EmptyFamily, diagnostics.EmptyFamilyMessage(family.CanonicalName));
            return false;
        }

        var strategy = options.DefaultStrategy?.Invoke(services) ?? throw new InvalidOperationException("No default workflow versioning strategy is configured.");
        var selector = options.DefaultSelector?.Invoke(services) ?? new MaxVersionSelector();
        try
        {
            latest = selector.SelectLatest(family.CanonicalName, family.Versions, strategy);
            return true;
        }
        catch (ArgumentException)
        {
            (diagnosticId, diagnosticMessage) = (IWorkflowVersioningDiagnosticIds.EmptyFamily, diagnostics.EmptyFamilyMessage(family.CanonicalName));
        }
        catch (InvalidOperationException)
        {
            (diagnosticId, diagnosticMessage) = (IWorkflowVersioningDiagnosticIds.AmbiguousLatest, diagnostics.AmbiguousLatestMessage(family.CanonicalName, Tied(family, strategy)));
        }

        return false;
    }

    private static List<string> Tied(WorkflowFamily family, IWorkflowVersionStrategy strategy) =>
        [.. family.Versions.GroupBy(version => version.Version).OrderByDescending(group => group.Key, strategy).First().Select(version => version.Version)];
}
