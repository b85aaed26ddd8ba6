using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;

namespace Workflow.Tests.Replicas;

/// <summary>Two sidecars of one app: the first that is asked leads, the other passes on.</summary>
public sealed class ManySidecarsTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("replicas-").FullName;
    private Replica leader = null!;
    private Replica other = null!;

    public async ValueTask InitializeAsync()
    {
        Replica.WriteComponents(folder);
        leader = await Replica.StartAsync(folder);
        await GetAsync(leader, "nobody");
        other = await Replica.StartAsync(folder);
    }

    public async ValueTask DisposeAsync()
    {
        await leader.DisposeAsync();
        await other.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_worker_of_the_one_works_for_clients_of_both()
    {
        await using var stream = await other.WorkAsync();
        var serving = other.ServeAsync(stream);
        await leader.StartAsync("a", "1");
        await other.StartAsync("b", "2");
        Assert.Equal("1", (await other.EndAsync("a")).Output);
        Assert.Equal("2", (await leader.EndAsync("b")).Output);
        Assert.False(serving.IsCompleted);
    }

    [Fact]
    public async Task A_worker_notices_nothing_when_another_sidecar_leads_from_now_on()
    {
        await using var stream = await other.WorkAsync();
        var serving = other.ServeAsync(stream);
        await other.StartAsync("before", "1");
        await other.EndAsync("before");
        await leader.KillAsync();
        await other.StartAsync("after", "2");
        Assert.Equal("2", (await other.EndAsync("after")).Output);
        Assert.Equal("1", (await other.EndAsync("before")).Output);
        Assert.False(serving.IsCompleted);
    }

    [Fact]
    public async Task What_a_killed_leader_had_goes_on_at_the_other_without_being_asked()
    {
        await using var stream = await leader.WorkAsync();
        var starting = other.StartAsync("unfinished", "7");
        Assert.Equal("unfinished", (await stream.ReadAsync(WorkItem.Parser))!.WorkflowRequest.InstanceId);
        await using var standby = await other.WorkAsync();
        while (!(await GetAsync(other, "unfinished")).Exists)
        {
            // A first turn may go out before its instance is durable.
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await leader.KillAsync();
        Assert.Equal(GrpcCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => starting)).Code);
        var serving = other.ServeAsync(standby);
        Assert.Equal("7", (await other.EndAsync("unfinished")).Output);
        Assert.False(serving.IsCompleted);
    }

    [Fact]
    public async Task A_leader_that_is_stopped_says_goodbye_to_its_workers_and_hands_over()
    {
        await using var stream = await leader.WorkAsync();
        var serving = leader.ServeAsync(stream);
        await leader.StartAsync("a", "1");
        await leader.EndAsync("a");
        var said = await leader.StopAsync();
        var ended = await Assert.ThrowsAsync<GrpcException>(() => serving);
        Assert.Equal((GrpcCode.Canceled, "shutting down"), (ended.Code, ended.Message));
        Assert.DoesNotContain("level=error", said, StringComparison.Ordinal);
        Assert.Equal("1", (await GetAsync(other, "a")).WorkflowState.Output);
    }

    [Fact]
    public async Task Refusals_are_the_same_wherever_one_asks()
    {
        await other.StartAsync("taken", "1");
        foreach (var replica in new[] { leader, other })
        {
            await RefusedAsync(GrpcCode.AlreadyExists, "failed to create workflow instance: rpc error: code = AlreadyExists desc = an active workflow with ID 'taken' already exists", () => replica.StartAsync("taken", "2"));
            await RefusedAsync(GrpcCode.Unknown, "no such instance exists", () => replica.RaiseAsync("nobody"));
            await RefusedAsync(
                GrpcCode.NotFound, "no such instance exists", () => replica.AskAsync("GetInstanceHistory", new GetInstanceHistoryRequest { InstanceId = "nobody" }, GetInstanceHistoryResponse.Parser));
            Assert.False((await GetAsync(replica, "nobody")).Exists);
        }
    }

    [Fact]
    public async Task Nobody_gets_at_workflows_through_the_port_for_sidecars_without_knowing_the_leader()
    {
        using var channel = new GrpcChannel(leader.Internal, 1 << 20, TimeProvider.System);
        var options = new GrpcCallOptions { Metadata = [new("leader-run", "guess")], Timeout = Replica.Patience };
        await RefusedAsync(
            GrpcCode.Aborted,
            "Moved:the workflows of this app are led by another sidecar now",
            async () => await channel.UnaryAsync(
                "/sidecar.workflow.Leader/Get", new GetInstanceRequest { InstanceId = "a" }, GetInstanceResponse.Parser, options, TestContext.Current.CancellationToken));
    }

    private static Task<GetInstanceResponse> GetAsync(Replica replica, string id) =>
        replica.AskAsync("GetInstance", new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, GetInstanceResponse.Parser);

    private static async Task RefusedAsync(GrpcCode code, string message, Func<Task> ask)
    {
        var refused = await Assert.ThrowsAsync<GrpcException>(ask);
        Assert.Equal((code, message), (refused.Code, refused.Message));
    }
}
