using Sidecar.Health;
using Sidecar.Invocation;
using Sidecar.Metadata;

namespace Sidecar.Hosting;

/// <summary>The app's half of a sidecar's life: waits for it, asks what it wants, calls it while it is well, lets go of it.</summary>
internal sealed class AppSide(SidecarOptions options, SidecarApis apis, ILoggerFactory loggers, TimeProvider time) : IAsyncDisposable
{
    private readonly ILogger log = loggers.CreateLogger("dapr.runtime");
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource unwell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AppHealth? health;
    private Task starting = Task.CompletedTask;

    public static AppConnection Describe(SidecarOptions options)
    {
        var probes = options.AppHealth is { } health
            ? new AppHealthInfo(
                options.AppProtocol is "grpc" or "grpcs" ? "" : health.Path, GoText(health.Interval), GoText(health.Timeout), health.Threshold)
            : null;
        return new(options.AppPort ?? 0, options.AppProtocol, options.AppChannelAddress, Math.Max(0, options.AppMaxConcurrency), probes);
    }

    public Task Started => starting;

    public void Start() => starting = StartAsync();

    /// <summary>With a block, the API stays for that time or until the app is unwell; then deliveries that run may end.</summary>
    public async Task StopAsync(TimeSpan block, CancellationToken grace)
    {
        await stop.CancelAsync();
        await starting;
        if (health is not null)
        {
            await health.DisposeAsync();
        }

        await PauseAsync(grace);
        if (block > TimeSpan.Zero)
        {
            await Task.WhenAny(Task.Delay(block, time, CancellationToken.None), unwell.Task);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (apis.Bindings is not null)
        {
            await apis.Bindings.DisposeAsync();
        }

        stop.Dispose();
    }

    private async Task StartAsync()
    {
        try
        {
            await Task.Yield();
            await BeginAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            log.LogDebug("stopped before the app was there");
        }
        catch (Exception problem)
        {
            log.LogError(problem, "the app cannot be called");
        }
    }

    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (apis.App is not { } app)
        {
            log.LogInformation("app is not listening: no --app-port; it can call and is not called");
            apis.Health.Ready(SidecarHealth.Runtime);
            return;
        }

        // A port opens when it opens, whatever clock the rest of a test goes by.
        await new AppPort(options, TimeProvider.System, loggers.CreateLogger<AppPort>()).WaitAsync(cancellation);
        if (app.IsHttp && !options.DisabledInitEndpoints.Contains("config", StringComparer.Ordinal))
        {
            await AskForConfigurationAsync(app, cancellation);
        }

        if (options.AppHealth is { } probes)
        {
            health = new AppHealth(probes, app.ProbeAsync, time, loggers.CreateLogger<AppHealth>());
            app.IsHealthy = () => health.IsHealthy;
            health.Start(isHealthy => isHealthy ? ResumeAsync(cancellation) : UnwellAsync(cancellation));
        }
        else
        {
            await ResumeAsync(cancellation);
        }

        apis.Health.Ready(SidecarHealth.Runtime);
        log.LogInformation("dapr initialized. Status: Running.");
    }

    /// <summary>Only actors would use the answer; apps count on being asked.</summary>
    private async Task AskForConfigurationAsync(AppChannel app, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, "/dapr/config"));
            request.Headers.TryAddWithoutValidation("Dapr-App-Id", options.AppId);
            using var answer = await app.SendAsync(request, cancellation);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            log.LogWarning("failed to read the app's configuration: {Problem}", problem.Message);
        }
    }

    private async Task ResumeAsync(CancellationToken cancellation)
    {
        await apis.PubSub.StartAsync(cancellation);
        if (apis.Bindings is not null)
        {
            await apis.Bindings.StartAsync(cancellation);
        }
    }

    private Task UnwellAsync(CancellationToken cancellation)
    {
        unwell.TrySetResult();
        return PauseAsync(cancellation);
    }

    private async Task PauseAsync(CancellationToken cancellation)
    {
        await apis.PubSub.StopAsync();
        if (apis.Bindings is not null)
        {
            await apis.Bindings.StopAsync(cancellation);
        }
    }

    /// <summary>As Go prints a duration of whole milliseconds.</summary>
    private static string GoText(TimeSpan duration) =>
        duration < TimeSpan.FromSeconds(1) ? $"{duration.TotalMilliseconds:0}ms"
        : duration < TimeSpan.FromMinutes(1) ? $"{duration.TotalSeconds:0.###}s"
        : $"{(int)duration.TotalMinutes}m{duration.Seconds}s";
}
