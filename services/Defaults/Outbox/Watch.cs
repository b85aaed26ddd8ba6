using Library.Contracts;
using Library.Defaults.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Outbox;

/// <summary>
/// Keeps the held places alive while there is work, tells the views how far they are, lets them go quiet afterwards, and takes those whose holder died.
/// </summary>
internal sealed partial class Watch(
    Places places, PlaceDocuments documents, Publisher publisher, ServiceNames names,
    IOptions<OutboxOptions> options, TimeProvider time, ILogger<Watch> log) : BackgroundService
{
    private readonly Dictionary<int, (PlaceDocument Document, long Since)> _others = [];
    private readonly OutboxOptions _options = options.Value;
    private TaskCompletionSource _woken = New();
    private long _lastLook = -1;
    private Task _announcing = Task.CompletedTask;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < _options.Drain && !cancellationToken.IsCancellationRequested && places.Held.Any(place => !place.Numbers.IsSettled);)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        }

        publisher.Stop();
        foreach (var place in places.Held.Where(place => !place.IsQuiet || !place.Numbers.IsSettled))
        {
            await Try("releasing", place.Index, () => place.Release(cancellationToken));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        places.Woken = () => _woken.TrySetResult();
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var place in places.Held.Where(place => !place.IsQuiet))
            {
                await Try("beating for", place.Index, () => Keep(place, stoppingToken));
            }

            await Try("looking for", -1, () => LookAround(stoppingToken));
            await Pause(stoppingToken);
        }
    }

    private async Task Keep(Place place, CancellationToken cancellation)
    {
        if (place.Numbers.IsSettled && (place.SinceWork >= _options.QuietAfter || !places.IsCurrent(place)))
        {
            await place.Quieten(cancellation);
            await Announce(place, cancellation);
            return;
        }

        if (place.SinceWrite >= _options.Beat)
        {
            await place.Beat(cancellation);
        }

        if (place.SinceWork < _options.QuietAfter && _announcing.IsCompleted)
        {
            _announcing = Announce(place, cancellation);
        }
    }

    private async Task Announce(Place place, CancellationToken cancellation)
    {
        var said = new PlacePublished(place.Index, place.Numbers.Published, time.GetUtcNow(), place.IsQuiet, place.Numbers.Latest);
        try
        {
            await publisher.Mention(PlacePublished.TopicOf(names.AppId), said, cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed("announcing", place.Index, exception);
        }
    }

    /// <summary>Takes what a stopped process released with open numbers, and what a dead one holds: its beat stood still for the lease on our own clock.</summary>
    private async Task LookAround(CancellationToken cancellation)
    {
        if (_lastLook >= 0 && time.GetElapsedTime(_lastLook) < (_others.Count > 0 || places.Held.Any(place => !place.IsQuiet) ? _options.Beat : _options.LookAround))
        {
            return;
        }

        var all = await documents.ReadAll(_options.Places, cancellation);
        _lastLook = time.GetTimestamp();
        for (var index = 0; index < all.Length; index++)
        {
            var seen = all[index];
            var stale = _others.TryGetValue(index, out var known) && known.Document == seen && time.GetElapsedTime(known.Since) >= _options.Lease;
            if (places.Held.Any(place => place.Index == index && !place.IsQuiet) || (seen.IsFree && seen.Published == seen.Limit))
            {
                _others.Remove(index);
            }
            else if (seen.IsFree || stale)
            {
                _others.Remove(index);
                await places.TryTake(index, seen, cancellation);
            }
            else if (known.Document != seen)
            {
                _others[index] = (seen, _lastLook);
            }
        }
    }

    private async Task Pause(CancellationToken cancellation)
    {
        var busy = _others.Count > 0 || _lastLook < 0 || places.Held.Any(place => !place.IsQuiet);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_woken.Task, Task.Delay(busy ? _options.Tick : _options.LookAround, time, end.Token));
        await end.CancelAsync();
        if (_woken.Task.IsCompleted)
        {
            _woken = New();
        }
    }

    private async Task Try(string what, int place, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(what, place, exception);
        }
        catch (OperationCanceledException)
        {
            // The process ends, or a call took too long; the loop sees which.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Outbox: {What} place {Place} failed")]
    private partial void LogFailed(string what, int place, Exception exception);
}
