using Sidecar.Protos.Workflow.Stored;
using Sidecar.State;
using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Hub.Commits;
using Sidecar.Workflow.Hub.Live;
using Sidecar.Workflow.Hub.Rows;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub;

/// <summary>What the parts of a hub have in common. All of it lives on the loop but what says otherwise.</summary>
internal sealed class HubCore : IAsyncDisposable
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource stop = new();
    private readonly QuietHours quiet = new();
    private readonly TaskCompletionSource<Exception?> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HubCore(HubSettings settings, IStateStore store, Fence fence, TimeProvider time, ILogger log, HubWatch watch)
    {
        Settings = settings;
        Stopping = stop.Token;
        Store = store;
        Fence = fence;
        Log = log;
        Watch = watch;
        Keys = new HubKeys(settings.AppId);
        Clock = new HubClock(time);
        Limits = new TurnLimits(settings.MaxMessageBytes);
        Dispatcher = new Dispatcher(settings.Workflow, time, $"{fence.Term:x}.");
        Instances = new Instances(this);
        Waiters = new Waiters();
        Finished = new FinishedInstances(this);
        Deliveries = new HubDeliveries(this);
        Activities = new HubActivities(this);
        Turns = new HubTurns(this);
        Starts = new HubStarts(this);
        Trees = new ChildTrees(this);
        Views = new InstanceViews(this);
        Reruns = new HubReruns(this);
        Removal = new Removal(this);
        Revival = new Revival(this);
        Retention = new Retention(this);
        Watchdog = new Watchdog(this);
        Shelf = new HistoryShelf(this);
        Reader = new HubReader(store, Keys, settings.AppId, log);
        Loop = new HubLoop(AfterBatch, OnEnded, () => IsLost);
        Timers = new DueTimers(time, () => Loop.Post(() => Timers!.Fire()));
        Commits = new CommitQueue(new Committer(store, fence, log, Stopping), Loop, Lose);
    }

    public HubSettings Settings { get; }

    public IStateStore Store { get; }

    public Fence Fence { get; }

    public HubKeys Keys { get; }

    public HubClock Clock { get; }

    public ILogger Log { get; }

    public HubWatch Watch { get; }

    public TurnLimits Limits { get; }

    public HubLoop Loop { get; }

    public CommitQueue Commits { get; }

    public Dispatcher Dispatcher { get; }

    public DueTimers Timers { get; }

    public Instances Instances { get; }

    public Waiters Waiters { get; }

    public FinishedInstances Finished { get; }

    public HubDeliveries Deliveries { get; }

    public HubActivities Activities { get; }

    public HubTurns Turns { get; }

    public HubStarts Starts { get; }

    public ChildTrees Trees { get; }

    public InstanceViews Views { get; }

    public HubReruns Reruns { get; }

    public Removal Removal { get; }

    public Revival Revival { get; }

    public Retention Retention { get; }

    public Watchdog Watchdog { get; }

    public HistoryShelf Shelf { get; }

    /// <summary>For any thread.</summary>
    public HubReader Reader { get; }

    public bool IsLost { get; private set; }

    /// <summary>It ended with everything written, and nothing of it is on its way to the store.</summary>
    public bool IsDrained { get; private set; }

    /// <summary>Set once this hub works no more, with the reason unless it was told to end. From any thread.</summary>
    public Task<Exception?> Lost => lost.Task;

    public CancellationToken Stopping { get; }

    /// <summary>Another leads, or nothing makes sense any more: whoever waits here is to ask again elsewhere.</summary>
    public void Lose(Exception? reason)
    {
        if (IsLost)
        {
            return;
        }

        IsLost = true;
        if (reason is HubLostException taken)
        {
            Log.LogWarning("This sidecar leads the workflows of {App} no longer: {Reason}", Settings.AppId, taken.Message);
        }

        stop.Cancel();
        var moved = HubException.Moved();
        Dispatcher.CloseAll(moved);
        Commits.Close(moved);
        Deliveries.FailAll(moved);
        Waiters.FailAll(moved);
        Finished.FailAll(moved);
        Shelf.FailAll(moved);
        Timers.Dispose();
        quiet.Dispose();
        Loop.Close();
        lost.TrySetResult(reason);
    }

    /// <summary>Looks once whether another leads by now. Who has nothing to commit would not notice.</summary>
    public async Task CheckAsync()
    {
        try
        {
            if (await Reader.OneAsync(Keys.Lease, LeaseRow.Parser, Stopping) is { } lease && lease.RunId != Fence.RunId)
            {
                Loop.Post(() => Lose(new HubLostException("another sidecar leads the workflows of this app now")));
            }
        }
        catch (OperationCanceledException)
        {
            // It ends anyway.
        }
    }

    /// <summary>Writes what has come and has no row yet, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(
            () =>
            {
                Dispatcher.CloseAll(null);
                foreach (var instance in Instances.All)
                {
                    Deliveries.Write(instance);
                }

                Commits.Add(new Change(null, () => drained.TrySetResult(), reason => drained.TrySetException(reason)));
            },
            () => drained.TrySetException(HubException.Moved()));
        await ((Task)drained.Task.WaitAsync(LastWords)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Loop.Post(() => Lose(null));
        await Loop.Ended;
        await Commits.Writing.WaitAsync(LastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        IsDrained = drained.Task.IsCompletedSuccessfully && Commits.Writing.IsCompleted;
    }

    /// <summary>Goes on, on the loop, with what was read elsewhere.</summary>
    public void Answer<T>(Func<Task<T>> read, Action<T> answer, Action<Exception> failed) => _ = Task.Run(async () =>
    {
        try
        {
            var found = await read();
            Loop.Post(() => answer(found), () => failed(HubException.Moved()));
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            failed(HubException.Moved());
        }
        catch (Exception problem)
        {
            failed(problem);
        }
    });

    /// <summary>For any thread: which of these live, and which are over. Others do not exist.</summary>
    public Task<(List<string> Live, Dictionary<string, FinishedRow> Over)> StandingAsync(IReadOnlyList<string> ids) => Loop.AskAsync<(List<string>, Dictionary<string, FinishedRow>)>(
        answer =>
        {
            var live = ids.Where(id => Instances.Find(id) is not null).ToList();
            var over = new Dictionary<string, FinishedRow>(StringComparer.Ordinal);
            var left = ids.Count - live.Count;
            foreach (var id in ids.Except(live, StringComparer.Ordinal).ToList())
            {
                Finished.Find(id, row => Add(id, row), reason => answer.TrySetException(reason));
            }

            if (left == 0)
            {
                answer.TrySetResult((live, over));
            }

            void Add(string id, FinishedRow? row)
            {
                if (row is not null)
                {
                    over[id] = row;
                }

                if (--left == 0)
                {
                    answer.TrySetResult((live, over));
                }
            }
        },
        Stopping);

    /// <summary>From any thread.</summary>
    public void LoseLater(Exception reason) => Loop.Post(() => Lose(reason));

    private void AfterBatch()
    {
        Commits.Flush();
        Timers.Arm();
        quiet.Worked();
    }

    private void OnEnded(Exception? failure)
    {
        if (failure is not null)
        {
            Log.LogError(failure, "The workflows of this app are read again from their store");
        }

        Lose(failure);
    }
}
