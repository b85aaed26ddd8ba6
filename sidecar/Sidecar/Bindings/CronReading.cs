using System.Globalization;

namespace Sidecar.Bindings;

/// <summary>One timer, set to the next time of a schedule. A stroke does not wait for the one before it to be handled.</summary>
internal sealed class CronReading : IAsyncDisposable
{
    /// <summary>Timers cannot wait for years, and a clock may be set right meanwhile.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private readonly Lock gate = new();
    private readonly CancellationTokenSource end = new();
    private readonly string name;
    private readonly CronSchedule schedule;
    private readonly BindingHandler handler;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ITimer timer;
    private DateTimeOffset? next;
    private bool ended;

    public CronReading(string name, CronSchedule schedule, BindingHandler handler, TimeProvider time, ILogger log)
    {
        (this.name, this.schedule, this.handler, this.time, this.log) = (name, schedule, handler, time, log);
        using (ExecutionContext.SuppressFlow())
        {
            timer = time.CreateTimer(static reading => ((CronReading)reading!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        var now = time.GetUtcNow();
        next = schedule.Next(now);
        Wait(now);
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            ended = true;
        }

        await timer.DisposeAsync();
        await end.CancelAsync();
        end.Dispose();
    }

    private void Wake()
    {
        DateTimeOffset now;
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            now = time.GetUtcNow();
            if (now < next)
            {
                Wait(now);
                return;
            }

            next = schedule.Next(now);
            Wait(now);
        }

        _ = StrikeAsync(now);
    }

    private void Wait(DateTimeOffset now)
    {
        if (next is not { } due)
        {
            return;
        }

        // Rounded up: a timer that wakes early would only be set again.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((due - now).TotalMilliseconds));
        timer.Change(wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
    }

    private async Task StrikeAsync(DateTimeOffset now)
    {
        log.LogDebug("{Name} strikes at {Now}", name, now);
        try
        {
            await handler(new BindingEvent(default, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["timeZone"] = "Local",
                ["readTimeUTC"] = now.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF '+0000 UTC'", CultureInfo.InvariantCulture),
            }), end.Token);
        }
        catch (Exception problem)
        {
            log.LogDebug("{Name} was not handled: {Problem}", name, problem.Message);
        }
    }
}
