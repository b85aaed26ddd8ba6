using Library.Defaults.Deliveries;
using Library.Defaults.Lists;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Library.Sagas.Orchestrator.Running;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Sagas.Orchestrator.Operators;

/// <summary>
/// Looks after live sagas: one whose workflow is gone is started again from its record, one that stands still for too long is pointed out. When none lives, it
/// rests until one begins.
/// </summary>
internal sealed partial class SagaWatchdog(SagaCollection sagas, SagaLists lists, SagaStore store, WorkflowStarts workflows, SagaMetrics metrics, IOptions<SagaOptions> options, TimeProvider time, ILogger<SagaWatchdog> log) : BackgroundService
{
    private const int Stretch = 200;

    private readonly SemaphoreSlim _woken = new(1, 1);
    private HashSet<string> _pointedOut = [];

    public void Wake()
    {
        if (_woken.CurrentCount == 0)
        {
            try
            {
                _woken.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else was as quick.
            }
        }
    }

    public override void Dispose()
    {
        _woken.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var living = false; !stoppingToken.IsCancellationRequested;)
        {
            if (!living)
            {
                await _woken.WaitAsync(stoppingToken);
            }

            await Task.Delay(options.Value.WatchEvery, time, stoppingToken);
            try
            {
                living = await Look(stoppingToken);
            }
            catch (Exception problem) when (Trouble.Passes(problem) && !stoppingToken.IsCancellationRequested)
            {
                LogBlind(problem.Message);
                living = true;
            }
        }
    }

    /// <summary>Whether any lives.</summary>
    internal async Task<bool> Look(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var all = new List<(SagaSummary Saga, bool IsFlagged)>();
        ListPosition? after = null;
        do
        {
            var slice = await lists.Live(Stretch, after, cancellation);
            foreach (var saga in slice.Items)
            {
                all.Add((saga, await IsFlagged(saga, now, cancellation)));
            }

            after = slice.Next;
        }
        while (after is not null);

        _pointedOut.IntersectWith(all.Select(one => one.Saga.Id));
        metrics.Seen([.. all.GroupBy(one => (one.Saga.Type, one.Saga.State)).Select(group => new SagaMetrics.Live(
            group.Key.Type, group.Key.State, group.Count(), now - group.Min(one => one.Saga.StartedAt), group.Count(one => one.IsFlagged)))]);
        return all.Count > 0;
    }

    private async Task<bool> IsFlagged(SagaSummary saga, DateTimeOffset now, CancellationToken cancellation)
    {
        var isLost = now - saga.StartedAt > options.Value.WatchEvery && !await workflows.IsAlive(saga.Id, cancellation) &&
            (await store.Head(saga.Id, cancellation)).Document is { } head && !head.State.HasEnded() && await StartAgain(head, cancellation);
        var standing = now - (saga.Stop?.Since ?? saga.StartedAt);
        if (standing > options.Value.TooLong && _pointedOut.Add(saga.Id))
        {
            LogStanding(saga.Type, saga.Id, saga.State, standing);
        }

        return isLost || standing > options.Value.TooLong;
    }

    /// <summary>From the first step, since nothing but its trail is left: participants answer from their records what they have done. It goes on behind the trail that is there.</summary>
    private async Task<bool> StartAgain(SagaHead head, CancellationToken cancellation)
    {
        LogLost(head.Saga, head.Id);
        if (sagas.Find(head.Saga) is { } saga)
        {
            var occurrence = Math.Max(head.Told, head.Stop?.Occurrence ?? 0);
            var progress = saga.Machine.Begin(time.GetUtcNow()) with
            {
                Number = (await store.Entries(head, cancellation)).Count + 1,
                Shown = head.State,
                Occurrence = occurrence,
                ShownOccurrence = occurrence,
            };
            await workflows.Start(head.Saga, new SagaRun(head.Id, head.RunId, progress), cancellation);
        }

        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Saga {Type} {Id} is {State} and has stood still for {Time}: GET /sagas/{Id} says why")]
    private partial void LogStanding(string type, string id, SagaState state, TimeSpan time);

    [LoggerMessage(LogLevel.Warning, "Saga {Type} {Id} had no workflow any more; it was started again and finds what its steps have done")]
    private partial void LogLost(string type, string id);

    [LoggerMessage(LogLevel.Information, "Sagas could not be looked after now: {Reason}")]
    private partial void LogBlind(string reason);
}
