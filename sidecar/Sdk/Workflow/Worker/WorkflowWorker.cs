using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Keeps a stream of work open to the sidecar for as long as the app runs.</summary>
internal sealed class WorkflowWorker(SidecarChannels channels, TurnWork turns, ActivityWork activities, ILogger<WorkflowWorker> log) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private volatile Func<TimeSpan, CancellationToken, Task>? drain;
    private bool isTold;

    /// <summary>What is under way is answered before the stream ends; what comes meanwhile is not begun and goes to others.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (drain is { } begun)
        {
            await begun(Grace, cancellationToken);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            using (var open = new WorkStream(channels, turns, activities, log))
            {
                var begin = Stopwatch.GetTimestamp();
                drain = open.DrainAsync;
                await RunAsync(open, stoppingToken);
                drain = null;
                if (open.HasReceived || Stopwatch.GetElapsedTime(begin) > LongestPause)
                {
                    (pause, isTold) = (FirstPause, false);
                }
            }

            try
            {
                await Task.Delay(pause, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task RunAsync(WorkStream open, CancellationToken stopping)
    {
        try
        {
            await open.RunAsync(stopping);
            log.LogInformation("The sidecar has ended the stream of workflow work; it is opened again");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            log.LogDebug("The stream of workflow work is closed");
        }
        catch (Exception problem)
        {
            // Whatever it was, work goes on as soon as there is a sidecar again. An absence is told once.
            var reason = problem is RpcException call ? $"{call.StatusCode}: {call.Status.Detail}" : problem.Message;
            log.Log(isTold ? LogLevel.Debug : LogLevel.Warning, "The stream of workflow work broke and is opened again: {Reason}", reason);
            isTold = true;
        }
    }
}
