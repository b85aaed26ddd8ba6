using Sidecar.Hosting;

namespace Sidecar.Invocation;

/// <summary>
/// Asks the app again and again whether it is well. It is not until it has said so once, and no longer when too many probes have
/// failed; probes that succeed while it is well do not take back those that failed, which is how daprd counts.
/// </summary>
public sealed class AppHealth : IAsyncDisposable
{
    private readonly AppHealthOptions options;
    private readonly Func<string, CancellationToken, Task<bool>> probe;
    private readonly TimeProvider time;
    private readonly ILogger<AppHealth> log;
    private readonly CancellationTokenSource stop = new();
    private int failures;
    private Task running = Task.CompletedTask;

    public AppHealth(AppHealthOptions options, Func<string, CancellationToken, Task<bool>> probe, TimeProvider time, ILogger<AppHealth> log)
    {
        this.options = options;
        this.probe = probe;
        this.time = time;
        this.log = log;
        failures = options.Threshold;
    }

    public bool IsHealthy => Volatile.Read(ref failures) < options.Threshold;

    /// <summary>The first probe is made at once; <paramref name="changed"/> hears of each change, one after the other.</summary>
    public void Start(Func<bool, Task> changed) => running = RunAsync(changed);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    private async Task RunAsync(Func<bool, Task> changed)
    {
        await Task.Yield();
        log.LogInformation("App health probes starting");
        try
        {
            while (true)
            {
                var next = Task.Delay(options.Interval, time, stop.Token);
                var reason = await ProbeAsync();
                if (Change(reason) is { } isHealthy)
                {
                    await changed(isHealthy);
                }

                await next;
            }
        }
        catch (OperationCanceledException)
        {
            log.LogInformation("App health probes stopping");
        }
    }

    /// <summary>Why the app is not well; null when it is.</summary>
    private async Task<string?> ProbeAsync()
    {
        using var expiry = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, stop.Token);
        try
        {
            return await probe(options.Path, either.Token) ? null : "Health check failed";
        }
        catch (Exception problem) when (!stop.IsCancellationRequested)
        {
            return expiry.IsCancellationRequested ? "Network error: context deadline exceeded" : $"Network error: {problem.Message}";
        }
    }

    /// <summary>What the app has become; null when it stays what it was.</summary>
    private bool? Change(string? reason)
    {
        if (reason is null)
        {
            if (IsHealthy)
            {
                return null;
            }

            Volatile.Write(ref failures, 0);
            log.LogInformation("App entered healthy status");
            return true;
        }

        if (!IsHealthy || Interlocked.Increment(ref failures) < options.Threshold)
        {
            return null;
        }

        log.LogWarning("App entered un-healthy status: {Reason}", reason);
        return false;
    }
}
