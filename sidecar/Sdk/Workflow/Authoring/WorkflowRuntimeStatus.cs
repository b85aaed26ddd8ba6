namespace Dapr.Workflow;

/// <summary>How much of its history a workflow tells those that it calls.</summary>
public enum HistoryPropagationScope
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Its own.</summary>
    OwnHistory = 1,

    /// <summary>Its own and what it was told.</summary>
    Lineage = 2,
}

/// <summary>How far an instance is.</summary>
public enum WorkflowRuntimeStatus
{
    /// <summary>There is no such instance.</summary>
    Unknown = -1,

    /// <summary>It runs.</summary>
    Running = 0,

    /// <summary>It ended well.</summary>
    Completed = 1,

    /// <summary>It began anew.</summary>
    ContinuedAsNew = 2,

    /// <summary>It failed.</summary>
    Failed = 3,

    /// <summary>It was cancelled.</summary>
    Canceled = 4,

    /// <summary>It was terminated.</summary>
    Terminated = 5,

    /// <summary>It has not begun.</summary>
    Pending = 6,

    /// <summary>It is suspended.</summary>
    Suspended = 7,

    /// <summary>It cannot go on with this worker.</summary>
    Stalled = 8,
}
