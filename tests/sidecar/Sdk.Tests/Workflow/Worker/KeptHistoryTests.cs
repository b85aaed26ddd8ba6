extern alias daemon;
using Dapr.Workflow;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Worker;

/// <summary>History that a stream has brought before need not come again.</summary>
public sealed class KeptHistoryTests
{
    [Fact]
    public async Task What_was_sent_before_is_put_in_front()
    {
        await using var rig = await StartAsync();
        var story = rig.Tell("Steps", executionId: "run");
        var received = 0;
        for (var step = 0; step < 5; step++)
        {
            var request = step == 0 ? story.Request() : story.Request(Story.Completed(step - 1, $"{step}"));
            var response = await rig.Sidecar.AskAsync(Increment(request, received));
            Assert.Equal(step < 4 ? $"{step} activity Step" : "0 Completed", response.Words());
            received = request.PastEvents.Count + request.NewEvents.Count;
            story.Commit(request, response);
        }

        Assert.DoesNotContain(rig.Sidecar.Received, message => message is Protos.GetInstanceHistoryRequest);
    }

    [Fact]
    public async Task Patches_of_a_turn_are_kept_with_it()
    {
        var isPatched = true;
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Patched", async (context, _) =>
        {
            var isNew = isPatched && context.IsPatched("new");
            await context.CallActivityAsync("Step");
            return $"{isNew}";
        }));
        var story = rig.Tell("Patched");
        var first = story.Request();
        story.Commit(first, await rig.Sidecar.AskAsync(first));
        var second = story.Request(Story.Completed(0));
        Assert.Equal("\"True\"", (await rig.Sidecar.AskAsync(Increment(second, 2))).Result());
    }

    [Fact]
    public async Task What_is_missing_is_asked_for()
    {
        Story story = null!;
        var sidecar = await FakeSidecar.StartAsync(extend: fake => fake.Answer("GetInstanceHistory", Protos.GetInstanceHistoryRequest.Parser, _ => new Protos.GetInstanceHistoryResponse { Events = { story.Past } }));
        await using var rig = await WorkerRig.StartWithAsync(services => services.AddDaprWorkflow(Steps), sidecar);
        story = rig.Tell("Steps", executionId: "run");
        await story.TurnAsync();
        rig.Sidecar.Cut();

        // A new stream knows nothing, whatever the sidecar believes.
        var second = story.Request(Story.Completed(0, "1"));
        var response = await rig.Sidecar.AskAsync(Increment(second, second.PastEvents.Count));
        Assert.Equal("1 activity Step", response.Words());
        Assert.Single(rig.Sidecar.Received, message => message is Protos.GetInstanceHistoryRequest);
        story.Commit(second, response);

        // Another run of the same id is not the one that is known.
        var third = story.Request(Story.Completed(1, "2"));
        third.ExecutionId = "another";
        Assert.Equal("2 activity Step", (await rig.Sidecar.AskAsync(Increment(third, third.PastEvents.Count))).Words());
        Assert.Equal(2, rig.Sidecar.Received.Count(message => message is Protos.GetInstanceHistoryRequest));
    }

    [Fact]
    public async Task A_sidecar_that_cannot_give_what_is_missing_gets_its_work_back()
    {
        await using var rig = await StartAsync();
        var story = rig.Tell("Steps");
        await story.TurnAsync();
        rig.Sidecar.Cut();
        _ = rig.Sidecar.AskAsync(Increment(story.Request(Story.Completed(0, "1")), 3));
        await rig.Sidecar.OpenedAsync(3);
        Assert.Equal("0 activity Step", (await rig.Tell("Steps", null, "order-2").TurnAsync()).Words());
        Assert.Equal(3, rig.Sidecar.Streams.Count);
    }

    [Fact]
    public async Task A_sidecar_that_streams_histories_is_asked_for_them()
    {
        Story story = null!;
        var sidecar = await FakeSidecar.StartAsync(extend: fake => fake.Answer("GetInstanceHistory", Protos.GetInstanceHistoryRequest.Parser, _ => new Protos.GetInstanceHistoryResponse { Events = { story.Past } }));
        await using var rig = await WorkerRig.StartWithAsync(services => services.AddDaprWorkflow(Steps), sidecar);
        story = rig.Tell("Steps");
        await story.TurnAsync();
        var second = story.Request(Story.Completed(0, "1"));
        second.PastEvents.Clear();
        second.RequiresHistoryStreaming = true;
        Assert.Equal("1 activity Step", (await rig.Sidecar.AskAsync(second)).Words());
    }

    [Fact]
    public async Task What_does_not_fit_is_forgotten_and_asked_for_again()
    {
        var stories = new List<Story>();
        var sidecar = await FakeSidecar.StartAsync(16 * 1024 * 1024, fake => fake.Answer(
            "GetInstanceHistory", Protos.GetInstanceHistoryRequest.Parser, request => new Protos.GetInstanceHistoryResponse { Events = { stories[request.InstanceId[^1] - 'a'].Past } }));
        await using var rig = await WorkerRig.StartWithAsync(services => services.AddDaprWorkflow(Steps), sidecar);
        foreach (var letter in "abcdefghij")
        {
            stories.Add(rig.Tell("Steps", $"\"{new string('x', 8_000_000)}\"", $"order-{letter}"));
            await stories[^1].TurnAsync();
        }

        foreach (var (number, asked) in new[] { (9, 0), (0, 1) })
        {
            Assert.Equal("1 activity Step", (await rig.Sidecar.AskAsync(Increment(stories[number].Request(Story.Completed(0, "1")), 2))).Words());
            Assert.Equal(asked, rig.Sidecar.Received.Count(message => message is Protos.GetInstanceHistoryRequest));
        }
    }

    [Fact]
    public async Task A_sidecar_that_always_sends_all_is_served_as_well()
    {
        await using var rig = await StartAsync();
        for (var instance = 0; instance < 15; instance++)
        {
            var story = rig.Tell("Steps", null, $"order-{instance}");
            await story.TurnAsync();
            await story.TurnAsync(Story.Completed(0, "1"));
            Assert.Equal("2 activity Step", (await story.TurnAsync(Story.Completed(1, "1"))).Words());
        }
    }

    private static Protos.WorkflowRequest Increment(Protos.WorkflowRequest whole, int received)
    {
        var request = whole.Clone();
        if (received > 0)
        {
            request.PastEvents.Clear();
            request.PastEvents.Add(whole.PastEvents.Skip(received));
            request.CachedHistory = new Protos.CachedHistory { EventCount = received };
        }

        return request;
    }

    private static Task<WorkerRig> StartAsync() => WorkerRig.StartAsync(Steps);

    private static void Steps(WorkflowRuntimeOptions options) => options.RegisterWorkflow<string, int>("Steps", async (context, _) =>
    {
        var sum = 0;
        for (var step = 0; step < 4; step++)
        {
            sum += await context.CallActivityAsync<int>("Step", step);
        }

        return sum;
    });
}
