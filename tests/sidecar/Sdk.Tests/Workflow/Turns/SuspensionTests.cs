extern alias daemon;
using Dapr.Workflow;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Turns;

/// <summary>Instances that rest, and those that are ended from outside.</summary>
public sealed class SuspensionTests
{
    [Fact]
    public async Task What_comes_to_a_suspended_instance_waits_in_its_order()
    {
        await using var rig = await StartAsync();
        var story = rig.Tell("Rest");
        await story.TurnAsync();
        Assert.Empty((await story.TurnAsync(Story.Suspended())).Actions);
        var meanwhile = await story.TurnAsync(Story.Completed(0, "1"), Story.Suspended(), Story.Raised("go", "2"));
        Assert.Empty(meanwhile.Actions);
        Assert.Equal("\"first\"", meanwhile.CustomStatus);
        var resumed = await story.TurnAsync(Story.Resumed());
        Assert.Equal("1 activity Second", resumed.Words());
        Assert.Equal("\"1 2 3\"", (await story.TurnAsync(Story.Completed(1, "3"))).Result());
    }

    [Fact]
    public async Task Whoever_is_suspended_before_the_first_turn_asks_for_nothing_until_resumed()
    {
        await using var rig = await StartAsync();
        var story = rig.Tell("Rest");
        Assert.Empty((await story.TurnAsync(Story.Suspended())).Actions);
        Assert.Equal("0 activity First", (await story.TurnAsync(Story.Resumed())).Words());
        Assert.Equal("1 activity Second", (await story.TurnAsync(Story.Completed(0, "1"), Story.Raised("go", "2"))).Words());
    }

    [Fact]
    public async Task Termination_gives_back_what_it_was_given_and_asks_for_nothing_more()
    {
        await using var rig = await StartAsync();
        foreach (var events in new Protos.HistoryEvent[][] { [Story.Terminated("\"bye\"")], [Story.Terminated("\"bye\""), Story.Completed(0, "1"), Story.Raised("go", "2")], [Story.Suspended(), Story.Terminated("\"bye\"")] })
        {
            var story = rig.Tell("Rest");
            await story.TurnAsync();
            var response = await story.TurnAsync(events);
            Assert.Equal("0 Terminated", response.Words());
            Assert.Equal(("\"bye\"", "\"first\""), (response.End().Result, response.CustomStatus));
        }
    }

    [Fact]
    public async Task Termination_comes_too_late_for_who_has_ended_and_in_time_for_who_begins_anew()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<bool, string>("Late", async (context, isAnew) =>
        {
            await context.CallActivityAsync("Ship");
            if (isAnew)
            {
                context.ContinueAsNew(true);
            }

            return "done";
        }));
        var ended = rig.Tell("Late", "false");
        await ended.TurnAsync();
        Assert.Equal("0 Completed", (await ended.TurnAsync(Story.Completed(0), Story.Terminated("\"bye\""))).Words());
        var anew = rig.Tell("Late", "true");
        await anew.TurnAsync();
        Assert.Equal("0 Terminated", (await anew.TurnAsync(Story.Completed(0), Story.Terminated("\"bye\""))).Words());
    }

    private static Task<WorkerRig> StartAsync() => WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Rest", async (context, _) =>
    {
        context.SetCustomStatus("first");
        var first = await context.CallActivityAsync<int>("First");
        var second = await context.WaitForExternalEventAsync<int>("go");
        return $"{first} {second} {await context.CallActivityAsync<int>("Second")}";
    }));
}
