using System.Diagnostics;
using Dapr.Workflow;
using Dapr.Workflow.Registration;

namespace Bench;

/// <summary>Starts workflows and waits for their ends, so many in flight at any time.</summary>
public sealed class WorkflowLoad(int grpc) : IAsyncDisposable
{
    private readonly DaprWorkflowClient client = new DaprWorkflowClientBuilder().UseGrpcEndpoint($"http://127.0.0.1:{grpc}").Build();
    private readonly string tag = Guid.NewGuid().ToString("N")[..8];
    private int count;

    public async Task<Figures> RunAsync(int inFlight, TimeSpan warmUp, TimeSpan measured)
    {
        await DriveAsync(inFlight, warmUp, int.MaxValue);
        var (ticks, failures, elapsed) = await DriveAsync(inFlight, measured, int.MaxValue);
        return Figures.Of(ticks, elapsed, failures);
    }

    /// <summary>Lets that many run to their ends.</summary>
    public async Task<Figures> FinishAsync(int total, int inFlight)
    {
        var (ticks, failures, elapsed) = await DriveAsync(inFlight, TimeSpan.FromHours(1), total);
        return Figures.Of(ticks, elapsed, failures);
    }

    /// <summary>Starts that many which wait for an event.</summary>
    public async Task WaitAsync(int total)
    {
        var left = total;
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await client.ScheduleNewWorkflowAsync(WorkflowWorker.Waits, NextId(), 1);
            }
        }));
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private async Task<(List<long> Ticks, int Failures, TimeSpan Elapsed)> DriveAsync(int inFlight, TimeSpan duration, int total)
    {
        var (left, failures) = (total, 0);
        var started = Stopwatch.GetTimestamp();
        var each = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            var ticks = new List<long>();
            while (Stopwatch.GetElapsedTime(started) < duration && Interlocked.Decrement(ref left) >= 0)
            {
                var begun = Stopwatch.GetTimestamp();
                var id = await client.ScheduleNewWorkflowAsync(WorkflowWorker.Five, NextId(), 1);
                var state = await client.WaitForWorkflowCompletionAsync(id, getInputsAndOutputs: false);
                ticks.Add(Stopwatch.GetTimestamp() - begun);
                if (state.RuntimeStatus != WorkflowRuntimeStatus.Completed)
                {
                    Interlocked.Increment(ref failures);
                }
            }

            return ticks;
        })));
        return (each.SelectMany(ticks => ticks).ToList(), failures, Stopwatch.GetElapsedTime(started));
    }

    private string NextId() => $"{tag}-{Interlocked.Increment(ref count)}";
}
