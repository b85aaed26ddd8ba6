using Sidecar.Grpc;
using Sidecar.Protos.Workflow;

namespace Workflow.Tests.Replicas;

/// <summary>Workers that come, go, and do not keep up.</summary>
public sealed class OneSidecarTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("replica-").FullName;
    private Replica sidecar = null!;

    public async ValueTask InitializeAsync()
    {
        Replica.WriteComponents(folder);
        sidecar = await Replica.StartAsync(folder);
    }

    public async ValueTask DisposeAsync()
    {
        await sidecar.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_worker_that_takes_nothing_is_let_go_and_others_get_its_work()
    {
        const int Many = 60;
        await using var stuck = await sidecar.WorkAsync();
        var starting = Enumerable.Range(0, Many).Select(i => sidecar.StartAsync($"large-{i}", new string('x', 100_000))).ToList();

        // It takes one and then no more: what is on its way fills every buffer.
        await stuck.ReadAsync(WorkItem.Parser);
        await using var able = await sidecar.WorkAsync();
        var serving = sidecar.ServeAsync(able);
        await Task.WhenAll(starting);
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => sidecar.EndAsync($"large-{i}")));
        Assert.False(serving.IsCompleted);
        await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            while (await stuck.ReadAsync(WorkItem.Parser) is not null)
            {
                // What had been sent before it was let go.
            }
        });
    }

    [Fact]
    public async Task Who_waits_for_a_worker_waits_no_longer_when_the_last_one_goes()
    {
        var stream = await sidecar.WorkAsync();
        var starting = sidecar.StartAsync("left", "1");
        Assert.Equal("left", (await stream.ReadAsync(WorkItem.Parser))!.WorkflowRequest.InstanceId);
        Assert.False(starting.IsCompleted);
        await stream.DisposeAsync();
        Assert.Equal("left", (await starting).InstanceId);
        await using var next = await sidecar.WorkAsync();
        Assert.Equal("left", (await next.ReadAsync(WorkItem.Parser))!.WorkflowRequest.InstanceId);
    }

    [Fact]
    public async Task A_worker_that_keeps_histories_is_sent_only_what_it_has_not_seen()
    {
        await using var stream = await sidecar.WorkAsync(WorkerCapability.StatefulHistory);
        var starting = sidecar.StartAsync("kept", "1");
        var first = (await stream.ReadAsync(WorkItem.Parser))!;
        await AnswerAsync(first);
        await starting;
        var sent = new List<HistoryEvent>();
        for (var turn = 1; turn <= 3; turn++)
        {
            await sidecar.RaiseAsync("kept");
            var next = (await stream.ReadAsync(WorkItem.Parser))!;
            Assert.Equal(sent.Count, next.WorkflowRequest.CachedHistory?.EventCount ?? 0);
            sent.AddRange(next.WorkflowRequest.PastEvents);
            Assert.Equal(2 * turn, sent.Count);
            await AnswerAsync(next);
        }

        var history = await sidecar.AskAsync("GetInstanceHistory", new GetInstanceHistoryRequest { InstanceId = "kept" }, GetInstanceHistoryResponse.Parser);
        Assert.Equal(history.Events.Take(sent.Count), sent);
    }

    private Task<CompleteTaskResponse> AnswerAsync(WorkItem item) => sidecar.AskAsync(
        "CompleteWorkflowTask", new WorkflowResponse { InstanceId = item.WorkflowRequest.InstanceId, CompletionToken = item.CompletionToken }, CompleteTaskResponse.Parser);
}
