extern alias daemon;
using Dapr.Workflow;
using Sdk.Tests.Workflow.Ground;

namespace Sdk.Tests.Workflow.Turns;

/// <summary>Code that changes while instances run.</summary>
public sealed class PatchTests
{
    [Fact]
    public async Task Every_answer_has_all_patches_in_order()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Patched", async (context, _) =>
        {
            Assert.True(context.IsPatched("a"));
            await context.CallActivityAsync("One");
            Assert.True(context.IsPatched("b"));
            Assert.True(context.IsPatched("a"));
            await context.CallActivityAsync("Two");
            return "";
        }));
        var story = rig.Tell("Patched");
        Assert.Equal(["a"], (await story.TurnAsync()).Version.Patches);
        Assert.Equal(["a", "b", "a"], (await story.TurnAsync(Story.Completed(0))).Version.Patches);
        Assert.Equal(["a", "b", "a"], (await story.TurnAsync(Story.Suspended())).Version.Patches);
        Assert.Equal(["a", "b", "a"], (await story.TurnAsync(Story.Resumed())).Version.Patches);
        var end = await story.TurnAsync(Story.Terminated(""));
        Assert.Equal(("a b a", "Patched"), (string.Join(" ", end.Version.Patches), end.Version.Name));
    }

    [Fact]
    public async Task Whoever_is_past_a_patch_takes_the_old_way()
    {
        var isPatched = false;
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Later", async (context, _) =>
        {
            var isNew = isPatched && context.IsPatched("new");
            await context.CallActivityAsync(isNew ? "New" : "Old");
            return $"{isNew} {isPatched && context.IsPatched("new")} {isPatched && context.IsPatched("other")}";
        }));
        var before = rig.Tell("Later");
        await before.TurnAsync();
        isPatched = true;
        var response = await before.TurnAsync(Story.Completed(0));
        Assert.Equal("\"False False True\"", response.Result());
        Assert.Equal(["other"], response.Version.Patches);

        var after = rig.Tell("Later", null, "order-2");
        Assert.Equal("0 activity New", (await after.TurnAsync()).Words());
        Assert.Equal("\"True True True\"", (await after.TurnAsync(Story.Completed(0))).Result());
    }

    [Fact]
    public async Task Answers_that_come_from_no_code_have_the_patches_of_history()
    {
        var isThere = true;
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Broken", async (context, _) =>
        {
            Assert.True(context.IsPatched("a"));
            await context.CallActivityAsync(isThere ? "One" : "Other");
            Assert.True(context.IsPatched("b"));
            await context.CallActivityAsync("Two");
            return "";
        }));
        var story = rig.Tell("Broken");
        await story.TurnAsync();
        await story.TurnAsync(Story.Completed(0));
        isThere = false;
        var broken = await story.TurnAsync(Story.Completed(1));
        Assert.Equal("NonDeterminismError", broken.Failure().ErrorType);
        Assert.Equal(["a", "b"], broken.Version.Patches);
        story.Past[1].ExecutionStarted.Name = "Nobody";
        var unknown = await story.TurnAsync(Story.Completed(1));
        Assert.Equal(("WorkflowNotFound", "a b"), (unknown.Failure().ErrorType, string.Join(' ', unknown.Version.Patches)));
    }

    [Fact]
    public async Task Without_patches_no_version_is_told()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<string, string>("Plain", (context, _) => Task.FromResult("")));
        Assert.Null((await rig.Tell("Plain").TurnAsync()).Version);
    }
}
