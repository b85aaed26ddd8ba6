using Sidecar.Configuration;

namespace Sidecar.Workflow.Hub;

internal sealed record HubSettings(string AppId)
{
    public WorkflowConfiguration Workflow { get; init; } = new();

    /// <summary>Of one message to or from a worker.</summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long an event may wait for the turn that uses it up, before it gets a row of its own.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(15);

    /// <summary>Answers about so many finished instances are given from memory.</summary>
    public int RecentlyFinished { get; init; } = 512;

    /// <summary>How much of the histories of waiting instances stays in memory.</summary>
    public long WaitingHistoryBytes { get; init; } = 32 * 1024 * 1024;

    public long RecentlyFinishedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>After so many failures in a row a turn is parked.</summary>
    public int MostFailures { get; init; } = 10;

    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the watchdog looks while anything lives.</summary>
    public TimeSpan WatchEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Out with a worker for longer than this is worth a warning.</summary>
    public TimeSpan OverdueAfter { get; init; } = TimeSpan.FromMinutes(5);
}
