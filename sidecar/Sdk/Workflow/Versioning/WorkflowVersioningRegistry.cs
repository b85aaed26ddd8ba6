namespace Dapr.Workflow.Versioning;

/// <summary>Registrations of versions that every app of the process gets.</summary>
public static class WorkflowVersioningRegistry
{
    private static readonly Lock Gate = new();
    private static readonly List<Action<WorkflowRuntimeOptions, IServiceProvider>> Registrations = [];

    /// <summary>Adds one, once.</summary>
    public static void Register(Action<WorkflowRuntimeOptions, IServiceProvider> registration)
    {
        ArgumentNullException.ThrowIfNull(registration);
        lock (Gate)
        {
            if (!Registrations.Contains(registration))
            {
                Registrations.Add(registration);
            }
        }
    }

    internal static IReadOnlyList<Action<WorkflowRuntimeOptions, IServiceProvider>> All()
    {
        lock (Gate)
        {
            return [.. Registrations];
        }
    }
}
