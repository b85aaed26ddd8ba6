extern alias daemon;
using Dapr.Workflow;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Turns;

/// <summary>Events from outside.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task Names_have_no_case_and_the_oldest_goes_to_the_oldest()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Two", async (context, _) =>
        {
            var first = context.WaitForExternalEventAsync<int>("Go");
            var second = context.WaitForExternalEventAsync<int>("gO");
            var third = context.WaitForExternalEventAsync<int>("other");
            return $"{await first} {await second} {await third} {await context.WaitForExternalEventAsync<int>("GO")} {await context.WaitForExternalEventAsync<string>("go")}";
        }));
        var story = rig.Tell("Two");
        Assert.Empty((await story.TurnAsync(Story.Raised("GO", "1"))).Actions);
        Assert.Empty((await story.TurnAsync(Story.Raised("go", "2"), Story.Raised("go", "3"), Story.Raised("go"))).Actions);
        Assert.Equal("\"1 2 4 3 \"", (await story.TurnAsync(Story.Raised("OTHER", "4"))).Result());
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_leaves_the_event_to_others()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, int>("Leave", async (context, _) =>
        {
            using var leaving = new CancellationTokenSource();
            var left = context.WaitForExternalEventAsync<int>("go", leaving.Token);
            await context.WaitForExternalEventAsync<int>("leave");
            Give.Up(leaving);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
            return await context.WaitForExternalEventAsync<int>("go");
        }));
        var story = rig.Tell("Leave");
        await story.TurnAsync(Story.Raised("leave"));
        Assert.Equal("7", (await story.TurnAsync(Story.Raised("go", "7"))).Result());
    }

    [Fact]
    public async Task A_wait_with_a_limit_sets_a_timer_even_if_the_event_is_there()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<double, string>("Limit", async (context, seconds) =>
        {
            try
            {
                return "got " + await context.WaitForExternalEventAsync<int>("go", TimeSpan.FromSeconds(seconds));
            }
            catch (TaskCanceledException)
            {
                return "late";
            }
        }));
        var there = await rig.Tell("Limit", "60", "there").TurnAsync(Story.Raised("go", "1"));
        Assert.Equal("0 timer, 0 Completed", there.Words());
        Assert.Equal("go", there.Actions[0].CreateTimer.ExternalEvent.Name);
        Assert.Equal(Story.Begin.AddMinutes(1), there.Actions[0].CreateTimer.FireAt.ToDateTime());

        var late = rig.Tell("Limit", "60", "late");
        await late.TurnAsync();
        Assert.Equal("\"late\"", (await late.TurnAsync(Story.Fired(0), Story.Raised("go", "1"))).Result());

        var quick = rig.Tell("Limit", "60", "quick");
        await quick.TurnAsync();
        Assert.Equal("\"got 1\"", (await quick.TurnAsync(Story.Raised("go", "1"), Story.Fired(0))).Result());

        Assert.Equal("0 Completed", (await rig.Tell("Limit", "0", "none").TurnAsync(Story.Raised("go", "1"))).Words());
    }

    [Fact]
    public async Task A_wait_without_end_sets_a_timer_that_never_fires()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, int>("Ever", (context, _) => context.WaitForExternalEventAsync<int>("go", TimeSpan.FromSeconds(-1))));
        var story = rig.Tell("Ever");
        var timer = Assert.Single((await story.TurnAsync()).Actions).CreateTimer;
        Assert.Equal((253402300799, 999999999, "go"), (timer.FireAt.Seconds, timer.FireAt.Nanos, timer.ExternalEvent.Name));
        Assert.Equal("1", (await story.TurnAsync(Story.Raised("go", "1"))).Result());
    }

    [Fact]
    public async Task A_history_without_that_timer_still_replays()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, int>("Older", async (context, _) =>
        {
            var wait = context.WaitForExternalEventAsync<int>("go", TimeSpan.FromSeconds(-1));
            var ship = context.CallActivityAsync<int>("Ship");
            await context.CreateTimer(TimeSpan.FromHours(1));
            return await wait + await ship;
        }));
        var story = rig.Tell("Older");
        var first = story.Request();
        story.Commit(first, new Protos.WorkflowResponse
        {
            Actions =
            {
                new Protos.WorkflowAction { Id = 0, ScheduleTask = new Protos.ScheduleTaskAction { Name = "Ship" } },
                new Protos.WorkflowAction { Id = 1, CreateTimer = new Protos.CreateTimerAction { FireAt = first.NewEvents[0].Timestamp } },
            },
        });
        Assert.Equal("5", (await story.TurnAsync(Story.Completed(0, "2"), Story.Raised("go", "3"), Story.Fired(1))).Result());
    }

    [Fact]
    public async Task A_payload_that_cannot_be_read_fails_whoever_awaits_it()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Bad", async (context, _) =>
        {
            var wait = context.WaitForExternalEventAsync<int>("go");
            var text = await Assert.ThrowsAsync<System.Text.Json.JsonException>(() => wait);
            var result = await Assert.ThrowsAsync<System.Text.Json.JsonException>(() => context.CallActivityAsync<int>("Ship"));
            return text.GetType().Name + result.GetType().Name;
        }));
        var story = rig.Tell("Bad");
        await story.TurnAsync(Story.Raised("go", "not json"));
        Assert.Equal("\"JsonExceptionJsonException\"", (await story.TurnAsync(Story.Completed(0, "{"))).Result());
    }

    [Fact]
    public async Task Beginning_anew_takes_events_along_unless_told_otherwise()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<bool, string>("Anew", async (context, isKept) =>
        {
            await context.WaitForExternalEventAsync<string>("go");
            _ = context.CallActivityAsync("Ship");
            context.ContinueAsNew(new { Round = 2 }, isKept);
            return "ignored";
        }));
        foreach (var isKept in new[] { true, false })
        {
            var story = rig.Tell("Anew", isKept ? "true" : "false", $"anew-{isKept}");
            var response = await story.TurnAsync(Story.Raised("b", "1"), Story.Raised("go"), Story.Raised("a", "2"), Story.Raised("B", "3"));
            Assert.Equal("0 activity Ship, 1 ContinuedAsNew", response.Words());
            Assert.Equal("""{"round":2}""", response.End().Result);
            Assert.Equal(isKept ? ["b=1", "a=2", "B=3"] : [], response.End().CarryoverEvents.Select(item => $"{item.EventRaised.Name}={item.EventRaised.Input}"));
        }
    }
}
