using Microsoft.Extensions.Logging;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Hub;

namespace Workflow.Tests.Hub;

public sealed class HubTests : IAsyncLifetime
{
    private readonly TestHub test = new(TestHub.Memory());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private WorkflowHub Hub => test.Hub;

    public async ValueTask InitializeAsync() => await test.LeadAsync();

    public async ValueTask DisposeAsync()
    {
        await test.DisposeAsync();
        Assert.DoesNotContain(test.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_chain_of_activities_ends_with_the_result_of_the_last()
    {
        await using var worker = new FakeWorker(Hub, request => Scripts.Chain(request, 5), request => request.Input + "!");

        await test.StartAsync("one");
        var end = await test.EndAsync("one");

        Assert.Equal((OrchestrationStatus.Completed, "4!"), (end.WorkflowStatus, end.Output));
    }

    [Fact]
    public async Task Without_a_worker_a_start_and_an_event_are_kept()
    {
        await test.StartAsync("early", "listen");
        await Hub.RaiseAsync("early", "go", "\"now\"", Cancellation);
        Assert.Equal(OrchestrationStatus.Pending, (await Hub.GetAsync("early", true, Cancellation))!.WorkflowStatus);

        await using var worker = new FakeWorker(Hub, Listen);

        Assert.Equal("\"now\"", (await test.EndAsync("early")).Output);
    }

    [Fact]
    public async Task An_id_that_is_active_cannot_be_started_again()
    {
        await test.StartAsync("one");

        var refusal = await Assert.ThrowsAsync<HubException>(() => test.StartAsync("one"));

        Assert.Equal(HubFailure.AlreadyExists, refusal.Failure);
        Assert.Contains("an active workflow with ID 'one' already exists", refusal.Message);
    }

    [Fact]
    public async Task An_id_that_is_over_begins_with_a_fresh_history()
    {
        await using var worker = new FakeWorker(Hub, request => Scripts.Chain(request, 1));
        await test.StartAsync("one", input: "first");
        await test.EndAsync("one");

        await test.StartAsync("one", input: "second");

        Assert.Equal("second", (await test.EndAsync("one")).Input);
        Assert.Single((await Hub.HistoryAsync("one", Cancellation))!, one => one.ExecutionStarted is not null);
    }

    [Fact]
    public async Task What_does_not_exist_is_none_cannot_be_raised_and_is_waited_for()
    {
        Assert.Null(await Hub.GetAsync("nobody", true, Cancellation));
        Assert.Null(await Hub.HistoryAsync("nobody", Cancellation));
        var raise = await Assert.ThrowsAsync<HubException>(() => Hub.RaiseAsync("nobody", "go", null, Cancellation));
        var purge = await Assert.ThrowsAsync<HubException>(() => Hub.PurgeAsync("nobody", true, false, Cancellation));
        Assert.Equal((HubFailure.NotFound, HubFailure.NotFound), (raise.Failure, purge.Failure));

        var waiting = test.EndAsync("nobody");
        await using var worker = new FakeWorker(Hub, request => Scripts.Chain(request, 1));
        await test.StartAsync("nobody");

        Assert.Equal(OrchestrationStatus.Completed, (await waiting).WorkflowStatus);
    }

    [Fact]
    public async Task A_child_ends_into_its_parent()
    {
        await using var worker = new FakeWorker(Hub, Family);

        await test.StartAsync("parent", "parent");

        Assert.Equal("of the child", (await test.EndAsync("parent")).Output);
        Assert.Equal(OrchestrationStatus.Completed, (await Hub.GetAsync("parent-child", true, Cancellation))!.WorkflowStatus);
    }

    [Fact]
    public async Task A_child_whose_id_is_taken_fails_for_its_parent()
    {
        await test.StartAsync("parent-child", "listen");
        await using var worker = new FakeWorker(Hub, request => request.Started().Name == "listen" ? Listen(request) : Family(request));

        await test.StartAsync("parent", "parent");

        Assert.Equal("failed: WorkflowInstanceAlreadyExists", (await test.EndAsync("parent")).Output);
    }

    [Fact]
    public async Task A_purge_takes_the_children_along()
    {
        await using var worker = new FakeWorker(Hub, Family);
        await test.StartAsync("parent", "parent");
        await test.EndAsync("parent");

        Assert.Equal(2, await Hub.PurgeAsync("parent", true, false, Cancellation));

        Assert.Null(await Hub.GetAsync("parent", false, Cancellation));
        Assert.Null(await Hub.GetAsync("parent-child", false, Cancellation));
    }

    [Fact]
    public async Task What_runs_is_purged_by_force_only()
    {
        await using var worker = new FakeWorker(Hub, Listen);
        await test.StartAsync("one", "listen");
        await test.UntilAsync("one", OrchestrationStatus.Running);
        var refusal = await Assert.ThrowsAsync<HubException>(() => Hub.PurgeAsync("one", false, false, Cancellation));
        Assert.Equal(HubFailure.NotFinished, refusal.Failure);

        Assert.Equal(1, await Hub.PurgeAsync("one", false, true, Cancellation));

        Assert.Null(await Hub.GetAsync("one", false, Cancellation));
        await test.StartAsync("one", "listen");
        await Hub.RaiseAsync("one", "go", "again", Cancellation);
        Assert.Equal("again", (await test.EndAsync("one")).Output);
    }

    [Fact]
    public async Task Ids_are_listed_page_by_page_whether_over_or_not()
    {
        await using (new FakeWorker(Hub, request => Scripts.Chain(request, 1)))
        {
            foreach (var id in new[] { "a", "c", "e" })
            {
                await test.StartAsync(id);
                await test.EndAsync(id);
            }
        }

        foreach (var id in new[] { "b", "d" })
        {
            await test.StartAsync(id, "listen");
        }

        var (first, next) = await Hub.ListAsync(null, 2, Cancellation);
        var (second, more) = await Hub.ListAsync(next, 10, Cancellation);

        Assert.Equal(["a", "b"], first);
        Assert.Equal(["c", "d", "e"], second);
        Assert.Null(more);
    }

    [Fact]
    public async Task A_workflow_continues_as_new_a_hundred_times()
    {
        await using var worker = new FakeWorker(Hub, request =>
        {
            var round = int.Parse(request.Started().Input);
            return round == 100 ? [Scripts.Complete("done")] : [Scripts.Complete($"{round + 1}", OrchestrationStatus.ContinuedAsNew)];
        });

        await test.StartAsync("round", "round", "1");

        Assert.Equal("done", (await test.EndAsync("round")).Output);
    }

    [Fact]
    public async Task A_result_that_comes_after_its_stream_has_ended_is_not_lost()
    {
        ActivityRequest? held = null;
        var taken = new TaskCompletionSource();
        await test.StartAsync("one");
        await using (new FakeWorker(Hub, request => Scripts.Chain(request, 1), request =>
        {
            held = request;
            taken.TrySetResult();
            return null;
        }))
        {
            await taken.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        }

        await Hub.CompleteActivityAsync(new ActivityResponse { InstanceId = "one", TaskId = held!.TaskId, Result = "late" }, Cancellation);
        await using var next = new FakeWorker(Hub, request => Scripts.Chain(request, 1), _ => "again");

        Assert.Equal("late", (await test.EndAsync("one")).Output);
    }

    internal static IEnumerable<WorkflowAction> Listen(WorkflowRequest request) =>
        request.Events().FirstOrDefault(one => one.EventRaised is not null) is { } raised ? [Scripts.Complete(raised.EventRaised.Input)] : [];

    internal static IEnumerable<WorkflowAction> Family(WorkflowRequest request)
    {
        if (request.Started().Name == "child")
        {
            return [Scripts.Complete("of the child")];
        }

        if (request.Events().FirstOrDefault(one => one.ChildWorkflowInstanceCompleted is not null) is { } completed)
        {
            return [Scripts.Complete(completed.ChildWorkflowInstanceCompleted.Result)];
        }

        return request.Events().FirstOrDefault(one => one.ChildWorkflowInstanceFailed is not null) is { } failed
            ? [Scripts.Complete("failed: " + failed.ChildWorkflowInstanceFailed.FailureDetails.ErrorType)]
            : request.PastEvents.Count == 0 ? [Scripts.Child(0, request.InstanceId + "-child", "child")] : [];
    }
}
