namespace Dapr.Workflow;

/// <summary>What a workflow may know about its run.</summary>
public interface IWorkflowContext
{
    /// <summary>Whether the code repeats what it has done before.</summary>
    bool IsReplaying { get; }

    /// <summary>The time, the same in each replay.</summary>
    DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether the run takes the new way of a patch: those do that were not past it when it came.</summary>
    bool IsPatched(string patchName);
}
