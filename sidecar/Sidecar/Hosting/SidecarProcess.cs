using System.Runtime.InteropServices;
using Sidecar.Configuration;
using Sidecar.Telemetry.Logging;
using Sidecar.Zipkin;

namespace Sidecar.Hosting;

/// <summary>Runs sidecars until one is asked to end or the process gets a signal.</summary>
internal static class SidecarProcess
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(Flags flags)
    {
        await using var parts = new ProcessParts(LogOutput.Stdout, TimeProvider.System);
        using var ending = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        var hosts = new List<SidecarHost>();
        await using var traces = flags.ShowsTraces ? await ShowTracesAsync(flags.Sidecars, parts, ending.Token) : null;
        try
        {
            var problems = await StartAsync(flags, parts, hosts, ending.Token);
            if (problems.Count > 0)
            {
                problems.ForEach(Console.Error.WriteLine);
                return 1;
            }

            return await EndAsync(hosts, ending.Token) ? 0 : 1;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Until the sidecar at --dapr-http-port can be called, as an init container does.</summary>
    public static async Task<int> WaitAsync(SidecarOptions options)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        var url = new Uri($"http://localhost:{options.HttpPort}/v1.0/healthz/outbound");
        using var patience = new CancellationTokenSource(LongestWait);
        while (!patience.IsCancellationRequested)
        {
            try
            {
                using var answer = await http.GetAsync(url, patience.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return 0;
                }
            }
            catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        await Console.Error.WriteLineAsync($"no sidecar answered at {url} within {LongestWait.TotalSeconds} s");
        return 1;
    }

    /// <summary>Where the first of them sends spans to; what is wrong with a configuration is told when its sidecar starts.</summary>
    private static async Task<TraceViewer?> ShowTracesAsync(IReadOnlyList<SidecarOptions> sidecars, ProcessParts parts, CancellationToken cancellation)
    {
        var place = sidecars.Select(one => one.ConfigPaths).DistinctBy(paths => string.Join('|', paths))
            .Select(paths => TraceViewer.Place(ConfigurationLoader.Load(paths).Tracing.ZipkinEndpoint))
            .FirstOrDefault(place => place is not null);
        if (place is null)
        {
            return null;
        }

        var loggers = new SidecarLoggerFactory(new LoggingSettings { AsJson = sidecars[0].LogAsJson }, sidecars[0].AppId, parts.Output, parts.Time);
        return await TraceViewer.StartAsync(place, new TraceLimits(), parts.Time, loggers, cancellation);
    }

    /// <summary>What is wrong with any of them is told together.</summary>
    private static async Task<List<string>> StartAsync(Flags flags, ProcessParts parts, List<SidecarHost> hosts, CancellationToken cancellation)
    {
        var problems = new List<string>();
        foreach (var options in flags.Sidecars)
        {
            try
            {
                hosts.Add(await SidecarHost.StartAsync(options, parts, flags.Notes, cancellation));
            }
            catch (StartException problem)
            {
                problems.AddRange(problem.Problems.Select(sentence => $"{options.AppId}: {sentence}"));
            }
        }

        return problems;
    }

    /// <summary>
    /// One sidecar that is asked to end leaves the others; the process ends with the last one, or by a signal. False when one was cut off.
    /// </summary>
    private static async Task<bool> EndAsync(List<SidecarHost> hosts, CancellationToken signal)
    {
        var signalled = Task.Delay(Timeout.InfiniteTimeSpan, signal).ContinueWith(_ => false, TaskScheduler.Default);
        var isClean = true;
        while (hosts.Count > 0)
        {
            var ended = await Task.WhenAny([signalled, .. hosts.Select(host => host.Shutdown.Requested)]);
            if (ended == signalled)
            {
                await Task.WhenAll(hosts.Select(host => host.DisposeAsync().AsTask()));
                isClean &= !hosts.Exists(host => host.WasCutOff);
                hosts.Clear();
                break;
            }

            if (await ended)
            {
                Environment.Exit(1);
            }

            var host = hosts.Find(host => host.Shutdown.Requested == ended)!;
            hosts.Remove(host);
            await host.DisposeAsync();
            isClean &= !host.WasCutOff;
        }

        return isClean;
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true;
        ending.Cancel();
    }
}
