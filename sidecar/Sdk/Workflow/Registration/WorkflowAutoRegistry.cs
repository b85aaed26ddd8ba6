namespace Dapr.Workflow;

/// <summary>Registrations that every app of the process gets, after its own.</summary>
public static class WorkflowAutoRegistry
{
    private static readonly Lock Gate = new();
    private static readonly List<Action<WorkflowRuntimeOptions>> Registrations = [];

    /// <summary>Adds one, once.</summary>
    public static void Register(Action<WorkflowRuntimeOptions> registration)
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

    internal static IReadOnlyList<Action<WorkflowRuntimeOptions>> All()
    {
        lock (Gate)
        {
            return [.. Registrations];
        }
    }
}
