namespace Sidecar.Hosting;

/// <summary>The wish that this sidecar ends, from its API or from a signal.</summary>
public sealed class Shutdown(ILogger<Shutdown> log, TimeProvider time)
{
    public const string ForceHeader = "dapr-force-shutdown";
    private static readonly TimeSpan ForceDelay = TimeSpan.FromMilliseconds(100);
    private readonly TaskCompletionSource<bool> requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when somebody asked; true when at once and without grace.</summary>
    public Task<bool> Requested => requested.Task;

    public void Request(string force = "")
    {
        if (string.Equals(force, "true", StringComparison.OrdinalIgnoreCase))
        {
            log.LogWarning("Force shutdown requested, exiting immediately without graceful shutdown");
            _ = ForceAsync();
            return;
        }

        log.LogInformation("Shutdown requested via API");
        requested.TrySetResult(false);
    }

    /// <summary>The answer to the caller goes out first.</summary>
    private async Task ForceAsync()
    {
        await Task.Delay(ForceDelay, time);
        requested.TrySetResult(true);
    }
}
