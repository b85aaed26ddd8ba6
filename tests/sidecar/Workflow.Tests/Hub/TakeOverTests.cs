using Microsoft.Extensions.Logging;
using Sidecar.Protos.Workflow;
using Sidecar.State;
using Sidecar.Workflow.Hub;

namespace Workflow.Tests.Hub;

public sealed class TakeOverTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_second_sidecar_is_sent_to_the_first()
    {
        await using var store = TestHub.Memory();
        await using var first = await new TestHub(store).LeadAsync();
        await using var second = new TestHub(store);

        var leader = await second.Leadership.FindAsync(Cancellation);

        Assert.Null(leader.Hub);
        Assert.NotNull(first.Leadership.Here(leader.RunId));
    }

    [Fact]
    public async Task Who_lost_the_lead_can_commit_nothing_and_says_so()
    {
        await using var store = TestHub.Memory();
        await using var first = await new TestHub(store).LeadAsync();
        await first.StartAsync("before", "listen");
        var old = first.Hub;
        await using var second = await new TestHub(store).LeadAsync();

        var refusal = await Assert.ThrowsAsync<HubException>(() => old.StartAsync(new StartRequest(new CreateInstanceRequest { InstanceId = "after", Name = "listen" }), Cancellation));

        Assert.Equal(HubFailure.Moved, refusal.Failure);
        await old.Lost.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.NotNull(await second.Hub.GetAsync("before", false, Cancellation));
        Assert.Null(await second.Hub.GetAsync("after", false, Cancellation));
        Assert.Null((await first.Leadership.FindAsync(Cancellation)).Hub);
    }

    [Fact]
    public async Task Streams_and_waits_end_with_the_lead()
    {
        await using var store = TestHub.Memory();
        await using var first = await new TestHub(store).LeadAsync();
        var hub = first.Hub;
        await using var worker = new FakeWorker(hub, HubTests.Listen);
        await first.StartAsync("one", "listen");
        var waiting = hub.WaitAsync("one", status => status == OrchestrationStatus.Completed, false, Cancellation);
        await using var second = await new TestHub(store).LeadAsync();

        await hub.CheckAsync();

        Assert.Equal(HubFailure.Moved, (await Assert.ThrowsAsync<HubException>(() => waiting)).Failure);
        await worker.Ended.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    [Fact]
    public async Task After_a_goodbye_nothing_is_left_of_the_fence()
    {
        await using var store = TestHub.Memory();
        await using (var first = await new TestHub(store).LeadAsync())
        {
            await first.StartAsync("one", "listen");
        }

        var keys = await store.ListKeysAsync("app||wf||", "", 100, Cancellation);

        Assert.DoesNotContain(keys, key => key.Contains("fence", StringComparison.Ordinal) || key.Contains("base", StringComparison.Ordinal));
        await using var second = new TestHub(store);
        Assert.NotNull((await second.Leadership.FindAsync(Cancellation)).Hub);
        Assert.NotNull(await second.Hub.GetAsync("one", false, Cancellation));
    }

    [Fact]
    public async Task Two_that_quarrel_about_the_lead_lose_nothing()
    {
        await using var store = TestHub.Memory();
        await using var first = new TestHub(store);
        await using var second = new TestHub(store);
        var started = new List<string>();
        for (var round = 0; round < 10; round++)
        {
            var (one, other) = round % 2 == 0 ? (first, second) : (second, first);
            await LeadForSureAsync(one);
            await using var worker = new FakeWorker(one.Hub, request => Scripts.Chain(request, 2));
            for (var i = 0; i < 5; i++)
            {
                started.Add(await one.StartAsync($"{round}-{i}"));
            }

            await other.LeadAsync();
        }

        await LeadForSureAsync(first);
        await using var last = new FakeWorker(first.Hub, request => Scripts.Chain(request, 2));
        foreach (var id in started)
        {
            Assert.Equal("1", (await first.EndAsync(id)).Output);
        }

        Assert.DoesNotContain(first.Log.Lines.Concat(second.Log.Lines), line => line.Level >= LogLevel.Error);
    }

    /// <summary>One that was deposed while it had nothing to do notices only when it looks.</summary>
    private static async Task LeadForSureAsync(TestHub hub)
    {
        await hub.LeadAsync();
        await hub.Hub.CheckAsync();
        try
        {
            await hub.Hub.GetAsync("anybody", false, Cancellation);
        }
        catch (HubException moved) when (moved.Failure == HubFailure.Moved)
        {
        }

        await hub.LeadAsync();
    }

    [Fact]
    public async Task While_the_store_is_away_callers_wait_and_nothing_is_lost()
    {
        await using var store = TestHub.Memory();
        await using var test = await new TestHub(store).LeadAsync();
        var isAway = true;
        test.Store.Plan = (_, _) => Volatile.Read(ref isAway) ? Fault.Before : Fault.None;
        test.Store.ReadsFail = () => Volatile.Read(ref isAway);
        await using var worker = new FakeWorker(test.Hub, request => Scripts.Chain(request, 3));

        var starting = Task.WhenAll(Enumerable.Range(0, 20).Select(number => test.StartAsync($"w{number}")));
        await Task.WhenAny(starting, Task.Delay(300, Cancellation));
        Assert.False(starting.IsCompleted);
        Volatile.Write(ref isAway, false);

        foreach (var id in await starting)
        {
            Assert.Equal("2", (await test.EndAsync(id)).Output);
        }
    }

    [Fact]
    public async Task What_the_store_refuses_is_split_out_and_the_rest_goes_on()
    {
        await using var store = TestHub.Memory();
        await using var test = await new TestHub(store).LeadAsync();
        test.Store.Plan = (_, writes) => writes.Any(Poisoned) ? Fault.Before : Fault.None;
        await using var worker = new FakeWorker(test.Hub, request => Scripts.Chain(request, 2));

        var good = Enumerable.Range(0, 10).Select(number => test.StartAsync($"good{number}")).ToList();
        var bad = test.StartAsync("bad", input: "poison");

        Assert.Equal(HubFailure.Refused, (await Assert.ThrowsAsync<HubException>(() => bad)).Failure);
        foreach (var start in good)
        {
            Assert.Equal("1", (await test.EndAsync(await start)).Output);
        }

        Assert.Null(await test.Hub.GetAsync("bad", false, Cancellation));

        static bool Poisoned(StateWrite write) => System.Text.Encoding.UTF8.GetString(write.Value.Bytes.Span).Contains("poison", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_that_the_store_refuses_is_parked_and_resumes()
    {
        await using var store = TestHub.Memory();
        await using var test = await new TestHub(store).LeadAsync();
        var isStrict = true;
        test.Store.Plan = (_, writes) => Volatile.Read(ref isStrict) && writes.Any(Poisoned) ? Fault.Before : Fault.None;
        await using var worker = new FakeWorker(test.Hub, request => Scripts.Chain(request, 2), request => request.TaskId == 1 ? "poison" : "fine");
        await test.StartAsync("one");

        var stalled = await test.UntilAsync("one", OrchestrationStatus.Stalled);
        Assert.Equal(OrchestrationStatus.Stalled, stalled.WorkflowStatus);
        var history = await test.Hub.HistoryAsync("one", Cancellation);
        Assert.Contains("does not take", history![^1].ExecutionStalled.Description);
        Volatile.Write(ref isStrict, false);
        await test.Hub.ResumeAsync("one", null, Cancellation);

        Assert.Equal("poison", (await test.EndAsync("one")).Output);

        static bool Poisoned(StateWrite write) =>
            write.Key.Contains("||h|", StringComparison.Ordinal) && System.Text.Encoding.UTF8.GetString(write.Value.Bytes.Span).Contains("poison", StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_unexpected_failure_all_is_read_again()
    {
        await using var store = TestHub.Memory();
        await using var test = await new TestHub(store, watch: new Stumbling(3)).LeadAsync();
        await using var before = new FakeWorker(test.Hub, request => Scripts.Chain(request, 4));
        var hub = test.Hub;
        await hub.StartAsync(new StartRequest(new CreateInstanceRequest { InstanceId = "one", Name = "chain" }), Cancellation);
        await hub.Lost.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        await test.LeadAsync();
        await using var after = new FakeWorker(test.Hub, request => Scripts.Chain(request, 4));

        Assert.Equal("3", (await test.EndAsync("one")).Output);
        Assert.Single(test.Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("stumbled", StringComparison.Ordinal));
        var history = await test.Hub.HistoryAsync("one", Cancellation);
        Assert.Equal([0, 1, 2, 3], history!.Where(one => one.TaskScheduled is not null).Select(one => one.EventId));
    }

    [Fact]
    public async Task An_event_that_the_store_refuses_is_the_callers_to_know_and_later_ones_are_kept()
    {
        await using var store = TestHub.Memory();
        await using var test = await new TestHub(store).LeadAsync();
        test.Store.Plan = (_, writes) => writes.Any(Poisoned) ? Fault.Before : Fault.None;
        await test.StartAsync("one", "listen");

        var bad = test.Hub.RaiseAsync("one", "go", "poison", Cancellation);
        Assert.Equal(HubFailure.Refused, (await Assert.ThrowsAsync<HubException>(() => bad)).Failure);
        await test.Hub.RaiseAsync("one", "go", "fine", Cancellation);
        test.Kill();
        await using var next = await new TestHub(store).LeadAsync();
        await using var worker = new FakeWorker(next.Hub, HubTests.Listen);

        Assert.Equal("fine", (await next.EndAsync("one")).Output);

        static bool Poisoned(StateWrite write) => System.Text.Encoding.UTF8.GetString(write.Value.Bytes.Span).Contains("poison", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_overwrites_what_it_should_only_create_is_pointed_out()
    {
        await using var store = TestHub.Memory();
        await using var good = await new TestHub(store).LeadAsync();
        await using var careless = new CarelessStore(store);
        await using var bad = await new TestHub(careless).LeadAsync();

        Assert.DoesNotContain(good.Log.Lines, line => line.Level >= LogLevel.Warning);
        Assert.Contains(bad.Log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("only one sidecar", StringComparison.Ordinal));
    }

    private sealed class Stumbling(int turns) : HubWatch
    {
        private int left = turns;

        public override void TurnCommitted(Sidecar.Workflow.Hub.Live.LiveInstance instance, Sidecar.Workflow.Turns.Turn turn, Sidecar.Workflow.Turns.TurnOutcome outcome)
        {
            if (--left == 0)
            {
                throw new InvalidOperationException("stumbled");
            }
        }
    }
}
