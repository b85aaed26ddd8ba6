using Dapr.Workflow;
using Sidecar.Testing.Workflow;

namespace Sidecar.Testing.Tests.Workflow;

public sealed class ReplayTests
{
    [Fact]
    public async Task A_recorded_run_replays_against_the_code_that_made_it_and_differs_from_other_code()
    {
        var folder = Directory.CreateTempSubdirectory("replay-").FullName;
        var file = Path.Combine(folder, "histories", "order-1.json");
        var history = await RecordAsync("order-1");
        history.WriteTo(file);
        var read = RecordedHistory.Read(file);
        Assert.Equal((history.InstanceId, history.ExecutionId, history.EventCount), (read.InstanceId, read.ExecutionId, read.EventCount));
        Assert.True(read.EventCount > 15);

        await using (var same = await WorkflowReplay.Start(Today(0)))
        {
            Assert.Null(await same.FirstDifference(history));
            Assert.Empty(await same.Differences(Path.Combine(folder, "histories")));
        }

        foreach (var (change, expected) in new[]
        {
            (1, "history has activity 'Ship' of 2 (number 1), today's code asks for activity 'Send' of 2 (number 1)"),
            (2, "history has activity 'Ship' of 2 (number 1), today's code asks for activity 'Ship' of 3 (number 1)"),
            (3, "history has activity 'Bill' of 1 (number 0), today's code asks for a timer at"),
        })
        {
            await using var other = await WorkflowReplay.Start(Today(change));
            Assert.Contains(expected, $"{await other.FirstDifference(read)}", StringComparison.Ordinal);
            Assert.Single(await other.Differences(Path.Combine(folder, "histories")));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_end_that_is_another_is_a_difference()
    {
        var history = await RecordAsync("order-2");
        await using var other = await WorkflowReplay.Start(Today(4));
        var different = (await other.FirstDifference(history))!;
        Assert.Equal(("order-2", "the end Completed with \"2 done 7\"", "comes to the end Failed with System.InvalidOperationException: no more"), (different.InstanceId, different.Recorded, different.Asked));
    }

    /// <summary>Runs an instance to its end against a sidecar.</summary>
    private static async Task<RecordedHistory> RecordAsync(string id)
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("orders").InMemoryState("workflows", ("actorStateStore", "true")).Time(TimeProvider.System));
        await using var service = await sidecar.Run(builder => Today(0)(builder.Services), _ => { });
        await sidecar.Workflows.Start("Order", 1, id);
        await sidecar.Workflows.Raise(id, "paid", 7);
        var end = await sidecar.Workflows.End(id);
        Assert.Equal(("Completed", "2 done 7", null), (end.Status, end.Output<string>(), end.Failure));
        return await sidecar.Workflows.History(id);
    }

    private static Action<IServiceCollection> Today(int change) => services => services.AddDaprWorkflow(options =>
    {
        options.RegisterActivity<int, int>("Bill", (_, number) => Task.FromResult(number + 1));
        options.RegisterActivity<int, int>("Ship", (_, number) => Task.FromResult(number));
        options.RegisterWorkflow<int, string>("Child", (context, _) => Task.FromResult("done"));
        options.RegisterWorkflow<int, string>("Order", async (context, number) =>
        {
            if (change == 3)
            {
                await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            }

            var billed = await context.CallActivityAsync<int>("Bill", number);
            var shipped = await context.CallActivityAsync<int>(change == 1 ? "Send" : "Ship", change == 2 ? billed + 1 : billed);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            var child = await context.CallChildWorkflowAsync<string>("Child");
            var paid = await context.WaitForExternalEventAsync<int>("paid", TimeSpan.FromHours(1));
            context.SendEvent("nobody", "ended", number);
            return change == 4 ? throw new InvalidOperationException("no more") : $"{shipped} {child} {paid}";
        });
    });
}
