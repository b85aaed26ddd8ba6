using System.Collections.Concurrent;
using Sidecar.Protos.Workflow;
using Sidecar.State;
using Sidecar.Workflow.Hub;

namespace Workflow.Tests.Hub;

/// <summary>
/// A workflow that does a bit of everything, and whoever starts it, through as many sidecars as it takes: when one is killed the next one
/// goes on. In the end it must look as if nobody had been killed.
/// </summary>
internal sealed class Journey(Func<Task<IStateStore>> open, string id)
{
    private readonly ConcurrentDictionary<string, int> acknowledgedBy = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(int Sidecar, string Activity)> runs = new();
    private readonly HashSet<IStateStore> stores = [];
    private TestHub? current;
    private FakeWorker? worker;
    private int sidecars;

    public List<TestHub> Hubs { get; } = [];

    /// <param name="plan">For the first sidecar; the others are well.</param>
    public async Task<int> RunAsync(Func<int, IReadOnlyList<StateWrite>, Fault> plan)
    {
        await NextAsync(plan);
        await AskAsync(hub => hub.StartAsync(new StartRequest(new CreateInstanceRequest { InstanceId = id, Name = "journey" }), default), HubFailure.AlreadyExists);
        await AskAsync(hub => hub.RaiseAsync(id, "go", "now", default));
        var end = await AskAsync(hub => hub.WaitAsync(id, status => status == OrchestrationStatus.Completed, true, default));
        var child = await AskAsync(hub => hub.GetAsync($"{id}-child", true, default));
        var history = await AskAsync(hub => hub.HistoryAsync(id, default));
        var transactions = Hubs[0].Store.Transactions;
        await worker!.DisposeAsync();
        if (!current!.Store.IsCut.IsCompleted)
        {
            await current.DisposeAsync();
        }

        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        Assert.Equal("a0 a1 child:a0 now timer", end.Output);
        Assert.Equal(OrchestrationStatus.Completed, child!.WorkflowStatus);
        Look(history!);
        return transactions;
    }

    private void Look(IReadOnlyList<HistoryEvent> history)
    {
        Assert.Single(history, one => one.ExecutionStarted is not null);
        Assert.Single(history, one => one.ExecutionCompleted is not null);
        Assert.Single(history, one => one.ChildWorkflowInstanceCompleted is not null);
        Assert.Single(history, one => one.TimerFired is not null);
        Assert.Equal([0, 1], history.Where(one => one.TaskScheduled is not null).Select(one => one.EventId));
        Assert.Equal([0, 1], history.Where(one => one.TaskCompleted is not null).Select(one => one.TaskCompleted.TaskScheduledId));
        foreach (var (sidecar, activity) in runs)
        {
            Assert.False(acknowledgedBy.TryGetValue(activity, out var by) && by < sidecar, $"{activity} ran again although its result was acknowledged");
        }
    }

    private async Task NextAsync(Func<int, IReadOnlyList<StateWrite>, Fault>? plan = null)
    {
        if (worker is not null)
        {
            await worker.DisposeAsync();
        }

        var store = await open();
        stores.Add(store);
        current = new TestHub(store);
        Hubs.Add(current);
        current.Store.Plan = plan ?? current.Store.Plan;
        var me = ++sidecars;
        try
        {
            await current.LeadAsync().WaitAsync(Killed());
            worker = new FakeWorker(current.Hub, Turn, request => Run(me, request)) { Acknowledged = request => acknowledgedBy.TryAdd(Name(request), me) };
        }
        catch (OperationCanceledException) when (current.Store.IsCut.IsCompleted)
        {
            await NextAsync();
        }
    }

    private async Task<T> AskAsync<T>(Func<WorkflowHub, Task<T>> ask, HubFailure? alsoFine = null)
    {
        while (true)
        {
            var hub = current!;
            try
            {
                var answer = ask(hub.Hub);
                if (await Task.WhenAny(answer, hub.Store.IsCut).WaitAsync(TimeSpan.FromSeconds(20), TestHub.Cancellation) == answer)
                {
                    return await answer;
                }
            }
            catch (HubException refusal) when (refusal.Failure == alsoFine)
            {
                return default!;
            }
            catch (HubException refusal) when (refusal.Failure == HubFailure.Moved)
            {
            }

            await NextAsync();
        }
    }

    private Task AskAsync(Func<WorkflowHub, Task> ask) => AskAsync(async hub =>
    {
        await ask(hub);
        return true;
    });

    private CancellationToken Killed()
    {
        var killed = new CancellationTokenSource();
        _ = current!.Store.IsCut.ContinueWith(_ => killed.Cancel(), TaskScheduler.Default);
        return killed.Token;
    }

    private string Run(int sidecar, ActivityRequest request)
    {
        runs.Enqueue((sidecar, Name(request)));
        return request.Input;
    }

    private static string Name(ActivityRequest request) => $"{request.WorkflowInstance.InstanceId}/{request.TaskId}";

    private static IEnumerable<WorkflowAction> Turn(WorkflowRequest request)
    {
        var tasks = request.Events().Where(one => one.TaskCompleted is not null).Select(one => one.TaskCompleted.Result).ToList();
        var scheduled = request.Events().Count(one => one.TaskScheduled is not null);
        if (request.Started().Name == "child")
        {
            return scheduled == 0 ? [Scripts.Task(0, "act", "a0")] : tasks.Count == 1 ? [Scripts.Complete($"child:{tasks[0]}")] : [];
        }

        if (tasks.Count < 2)
        {
            return scheduled == tasks.Count ? [Scripts.Task(tasks.Count, "act", $"a{tasks.Count}")] : [];
        }

        var child = request.Events().FirstOrDefault(one => one.ChildWorkflowInstanceCompleted is not null)?.ChildWorkflowInstanceCompleted.Result;
        if (child is null)
        {
            return request.Events().Any(one => one.ChildWorkflowInstanceCreated is not null) ? [] : [Scripts.Child(2, $"{request.InstanceId}-child", "child")];
        }

        if (request.Events().FirstOrDefault(one => one.EventRaised is not null)?.EventRaised.Input is not { } raised)
        {
            return [];
        }

        if (!request.Events().Any(one => one.TimerFired is not null))
        {
            return request.Events().Any(one => one.TimerCreated is not null) ? [] : [Scripts.Timer(3, TimeProvider.System.GetUtcNow().AddMilliseconds(5))];
        }

        return [Scripts.Complete($"{string.Join(' ', tasks)} {child} {raised} timer")];
    }
}
