namespace Dapr.Workflow.Client;

/// <summary>An entry of an instance's history.</summary>
/// <param name="EventId">Its number; -1 for what nobody asked for.</param>
/// <param name="EventType">What happened.</param>
/// <param name="Timestamp">When, in UTC.</param>
public sealed record WorkflowHistoryEvent(int EventId, WorkflowHistoryEventType EventType, DateTime Timestamp);

/// <summary>What happened.</summary>
public enum WorkflowHistoryEventType
{
    /// <summary>Something that is not known here.</summary>
    Unknown = 0,

    /// <summary>The instance began.</summary>
    ExecutionStarted = 1,

    /// <summary>It ended.</summary>
    ExecutionCompleted = 2,

    /// <summary>It was terminated.</summary>
    ExecutionTerminated = 3,

    /// <summary>An activity was ordered.</summary>
    TaskScheduled = 4,

    /// <summary>It was done.</summary>
    TaskCompleted = 5,

    /// <summary>It failed.</summary>
    TaskFailed = 6,

    /// <summary>A child workflow was started, or a detached one.</summary>
    SubOrchestrationInstanceCreated = 7,

    /// <summary>It ended well.</summary>
    SubOrchestrationInstanceCompleted = 8,

    /// <summary>It failed.</summary>
    SubOrchestrationInstanceFailed = 9,

    /// <summary>A timer was set.</summary>
    TimerCreated = 10,

    /// <summary>It fired.</summary>
    TimerFired = 11,

    /// <summary>A turn began.</summary>
    OrchestratorStarted = 12,

    /// <summary>A turn ended.</summary>
    OrchestratorCompleted = 13,

    /// <summary>An event was sent.</summary>
    EventSent = 14,

    /// <summary>An event came.</summary>
    EventRaised = 15,

    /// <summary>Anything else.</summary>
    GenericEvent = 16,

    /// <summary>The state of old histories.</summary>
    HistoryState = 17,

    /// <summary>The instance began anew.</summary>
    ContinueAsNew = 18,

    /// <summary>It was suspended.</summary>
    ExecutionSuspended = 19,

    /// <summary>It was resumed.</summary>
    ExecutionResumed = 20,

    /// <summary>It could not go on with its worker.</summary>
    ExecutionStalled = 21,
}
