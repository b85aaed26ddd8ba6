using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Sidecar.Configuration;
using Sidecar.Protos.Workflow;
using Sidecar.State;
using Sidecar.State.InMemory;
using Sidecar.Testing;
using Sidecar.Workflow.Hub;

namespace Workflow.Tests.Hub;

public sealed class HubTimeTests : IAsyncDisposable
{
    private readonly TestClock clock = new();
    private readonly InMemoryStateStore store = TestHub.Memory();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task A_timer_fires_when_it_is_due_and_not_before()
    {
        await using var test = await new TestHub(store, clock).LeadAsync();
        await using var worker = new FakeWorker(test.Hub, Sleep);
        await test.StartAsync("sleeper");
        await test.UntilAsync("sleeper", OrchestrationStatus.Running);

        clock.Advance(TimeSpan.FromMinutes(59));
        await test.Hub.RaiseAsync("sleeper", "poke", null, Cancellation);
        Assert.Equal(OrchestrationStatus.Running, (await test.Hub.GetAsync("sleeper", false, Cancellation))!.WorkflowStatus);
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("slept", (await test.EndAsync("sleeper")).Output);
    }

    [Fact]
    public async Task A_timer_survives_the_sidecar_and_fires_late_rather_than_never()
    {
        var first = await new TestHub(store, clock).LeadAsync();
        await using (new FakeWorker(first.Hub, Sleep))
        {
            await first.StartAsync("sleeper");
            await first.UntilAsync("sleeper", OrchestrationStatus.Running);
            first.Kill();
        }

        clock.Advance(TimeSpan.FromHours(2));
        await using var second = await new TestHub(store, clock).LeadAsync();
        await using var worker = new FakeWorker(second.Hub, Sleep);

        Assert.Equal("slept", (await second.EndAsync("sleeper")).Output);
    }

    [Fact]
    public async Task A_scheduled_start_waits_for_its_time_also_through_a_restart()
    {
        await using (var first = await new TestHub(store, clock).LeadAsync())
        {
            await first.Hub.StartAsync(
                new StartRequest(new CreateInstanceRequest { InstanceId = "later", Name = "chain", ScheduledStartTimestamp = Timestamp.FromDateTimeOffset(clock.GetUtcNow().AddHours(1)) }),
                Cancellation);
        }

        await using var second = await new TestHub(store, clock).LeadAsync();
        await using var worker = new FakeWorker(second.Hub, request => Scripts.Chain(request, 1));
        await second.StartAsync("now");
        await second.EndAsync("now");
        Assert.Equal(OrchestrationStatus.Pending, (await second.Hub.GetAsync("later", false, Cancellation))!.WorkflowStatus);

        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(OrchestrationStatus.Completed, (await second.EndAsync("later")).WorkflowStatus);
    }

    [Fact]
    public async Task A_turn_whose_answer_never_fits_is_parked_and_can_be_resumed()
    {
        await using var test = await new TestHub(store, clock).LeadAsync();
        var answers = 0;
        var fits = false;
        await using var worker = new FakeWorker(test.Hub, request =>
        {
            Interlocked.Increment(ref answers);
            return Volatile.Read(ref fits) ? [Scripts.Complete("fine")] : [new WorkflowAction { Id = 1 }];
        });
        await test.StartAsync("odd");

        var stalled = test.UntilAsync("odd", OrchestrationStatus.Stalled);
        await clock.AdvanceUntil(() => stalled.IsCompleted);
        Assert.Equal(10, answers);
        Assert.Contains(test.Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("odd is parked", StringComparison.Ordinal));
        Assert.Equal(HubFailure.Stalled, (await Assert.ThrowsAsync<HubException>(() => test.Hub.RaiseAsync("odd", "poke", null, Cancellation))).Failure);
        Volatile.Write(ref fits, true);
        await test.Hub.ResumeAsync("odd", null, Cancellation);

        Assert.Equal("fine", (await test.EndAsync("odd")).Output);
    }

    [Fact]
    public async Task A_turn_that_ends_its_worker_is_given_to_others_ever_more_rarely()
    {
        await using var test = await new TestHub(store, clock).LeadAsync();
        await test.StartAsync("deadly");
        for (var worker = 0; worker < 3; worker++)
        {
            var taken = new TaskCompletionSource();
            await using (new FakeWorker(test.Hub, request =>
            {
                taken.TrySetResult();
                return null;
            }))
            {
                await taken.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
            }
        }

        await using var last = new FakeWorker(test.Hub, request => [Scripts.Complete("survived")]);
        var end = test.EndAsync("deadly");
        await test.StartAsync("harmless");
        await test.EndAsync("harmless");
        Assert.False(end.IsCompleted);
        await clock.AdvanceUntil(() => end.IsCompleted);

        Assert.Equal("survived", (await end).Output);
    }

    [Fact]
    public async Task What_is_over_is_removed_when_its_time_has_come_also_by_the_next_leader()
    {
        var settings = new HubSettings("app") { Workflow = new WorkflowConfiguration { Retention = new WorkflowRetention(null, TimeSpan.FromHours(1), null, null) } };
        await using (var first = await new TestHub(store, clock, settings).LeadAsync())
        {
            await using var worker = new FakeWorker(first.Hub, request => request.InstanceId == "bad" ? [Scripts.Complete(null, OrchestrationStatus.Failed)] : [Scripts.Complete("good")]);
            foreach (var id in new[] { "a", "b", "bad" })
            {
                await first.StartAsync(id);
                await first.EndAsync(id);
            }

            clock.Advance(TimeSpan.FromMinutes(30));
            await first.StartAsync("c");
            await first.EndAsync("c");
        }

        await using var second = await new TestHub(store, clock, settings).LeadAsync();
        var a = second.Hub.GetAsync("a", false, Cancellation);
        Assert.NotNull(await a);
        clock.Advance(TimeSpan.FromMinutes(31));
        await clock.AdvanceUntil(() => Ids(second).SequenceEqual(["bad", "c"]), TimeSpan.FromMilliseconds(1));

        clock.Advance(TimeSpan.FromMinutes(30));
        await clock.AdvanceUntil(() => Ids(second).SequenceEqual(["bad"]), TimeSpan.FromMilliseconds(1));
        var rows = await store.ListKeysAsync("app||wf||h|", "", 100, Cancellation);
        Assert.Single(rows);
    }

    [Fact]
    public async Task The_watchdog_names_who_waits_for_a_worker_in_vain()
    {
        await using var test = await new TestHub(store, clock).LeadAsync();
        await using var worker = new FakeWorker(test.Hub, request => request.InstanceId == "stuck" ? null : Scripts.Chain(request, 1));
        await test.StartAsync("stuck");
        await test.StartAsync("fine");
        await test.EndAsync("fine");

        await clock.AdvanceUntil(() => test.Log.Lines.Any(line => line.Text.Contains("Workflow stuck does not go on: a worker has had its turn for long", StringComparison.Ordinal)));

        Assert.Single(test.Log.Lines, line => line.Level == LogLevel.Warning);
    }

    private static string[] Ids(TestHub hub)
    {
        var page = hub.Hub.ListAsync(null, 100, Cancellation);
        return page.Wait(TimeSpan.FromSeconds(10)) ? [.. page.Result.Ids] : [];
    }

    private IEnumerable<WorkflowAction> Sleep(WorkflowRequest request) =>
        request.Events().Any(one => one.TimerFired is not null) ? [Scripts.Complete("slept")]
        : request.Events().Any(one => one.TimerCreated is not null) ? []
        : [Scripts.Timer(0, clock.GetUtcNow().AddHours(1))];
}
