using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Workflow.Tests.Conformance.Ground;
using Act = Workflow.Tests.Turns.OneInstance;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Conformance;

/// <summary>Two sidecars of one app: whoever is asked, all know the same instances.</summary>
public sealed class BesideTests
{
    [Theory, OnEveryStore(Lasting = true)]
    public async Task Whoever_is_asked_answers_for_all(Store store)
    {
        await using var one = await TaskHub.StartAsync(store);
        await using var two = await one.BesideAsync();
        var worker = await two.ConnectAsync();
        var start = one.StartAsync("a", input: "\"in\"");
        var turn = await worker.StepAsync("a", Act.Task(1));
        await start;
        Assert.Equal("\"in\"", turn.NewEvents[1].ExecutionStarted.Input);
        await worker.ResultAsync(await worker.ActivityAsync("a"), "1");
        await worker.StepAsync("a");

        var (ended, alsoEnded) = (one.EndAsync("a"), two.EndAsync("a"));
        await two.RaiseAsync("a", "go");
        await worker.StepAsync("a", Act.Complete(result: "2"));
        Assert.Equal("2", (await ended).Output);
        Assert.Equal(await ended, await alsoEnded);
        Assert.Equal(await one.HistoryAsync("a"), await two.HistoryAsync("a"));
        Assert.Equal(1, await two.PurgeAsync("a"));
        Assert.False((await one.GetAsync("a")).Exists);
    }

    [Theory, OnEveryStore(Lasting = true)]
    public async Task Workers_of_both_share_the_work(Store store)
    {
        await using var one = await TaskHub.StartAsync(store);
        await using var two = await one.BesideAsync();
        var (first, second) = (await one.ConnectAsync(), await two.ConnectAsync());
        var start = one.StartAsync("a");
        const int Many = 120;
        var fan = Enumerable.Range(0, Many).Select(id => Act.Task(id)).ToArray();
        var started = await EitherAsync(first, second, item => item.WorkflowRequest is not null, worker => worker.StepAsync("a", fan));
        await start;

        // More than one stream may have in hand: both must be asked.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TaskHub.Patience);
        var taken = new List<(Worker Worker, ActivityRequest Activity)>();
        while (taken.Count < Many)
        {
            var from = first.HasMore(IsActivity) ? first : second.HasMore(IsActivity) ? second : null;
            if (from is not null)
            {
                taken.Add((from, await from.ActivityAsync("a")));
            }
            else
            {
                await Task.Delay(5, limit.Token);
            }
        }

        Assert.Equal(2, taken.Select(pair => pair.Worker).Distinct().Count());
        Assert.NotNull(started);
    }

    [Theory, OnEveryStore(Lasting = true)]
    public async Task When_one_ends_the_other_goes_on(Store store)
    {
        await using var one = await TaskHub.StartAsync(store);
        await using var two = await one.BesideAsync();
        var worker = await two.ConnectAsync();
        var soon = TimeProvider.System.GetUtcNow().AddSeconds(1).ToTimestamp();
        var start = one.StartAsync("a");
        await worker.StepAsync("a", Act.Task(1), Act.Timer(2, soon));
        await start;
        var activity = await worker.ActivityAsync("a");
        var waiting = two.EndAsync("a");

        await one.Sidecar.StopAsync();
        await worker.DisposeAsync();
        worker = await two.ConnectAsync();
        var again = await worker.ActivityAsync("a");
        Assert.Equal(activity, again);
        await worker.ResultAsync(again, "1");
        var kinds = new List<Kind>();
        while (kinds.Count < 2)
        {
            var turn = await worker.TurnAsync("a");
            kinds.AddRange(turn.NewEvents.Skip(1).Select(each => each.EventTypeCase));
            await worker.AnswerAsync(turn, kinds.Count == 2 ? [Act.Complete(result: "2")] : []);
        }

        Assert.Equivalent(new[] { Kind.TaskCompleted, Kind.TimerFired }, kinds);
        Assert.Equal("2", (await waiting).Output);

        await one.Sidecar.StartAsync();
        Assert.Equal("2", (await one.EndAsync("a")).Output);
    }

    private static bool IsActivity(WorkItem item) => item.ActivityRequest is not null;

    private static async Task<T> EitherAsync<T>(Worker first, Worker second, Func<WorkItem, bool> which, Func<Worker, Task<T>> step)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TaskHub.Patience);
        while (true)
        {
            if (first.HasMore(which) || second.HasMore(which))
            {
                return await step(first.HasMore(which) ? first : second);
            }

            await Task.Delay(5, limit.Token);
        }
    }
}
