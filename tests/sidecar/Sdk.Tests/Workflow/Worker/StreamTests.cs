extern alias daemon;
using daemon::Sidecar.Errors;
using daemon::Sidecar.Grpc;
using Dapr.Workflow;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Worker;

/// <summary>The stream of work: how it is opened, kept and closed.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task A_broken_stream_is_opened_again_and_again()
    {
        await using var rig = await StartAsync();
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal("\"5\"", (await rig.Tell("Echo", "\"5\"").TurnAsync()).Result());
            rig.Sidecar.Cut();
        }

        Assert.InRange(rig.Sidecar.Streams.Count, 3, 4);
    }

    [Fact]
    public async Task A_refused_stream_is_asked_for_until_it_is_given()
    {
        var refusals = 0;
        var sidecar = await FakeSidecar.StartAsync();
        sidecar.Accept = () =>
        {
            if (Interlocked.Increment(ref refusals) <= 3)
            {
                throw new GrpcException(GrpcCode.Unavailable, "unable to establish work item stream at this time");
            }
        };
        await using var rig = await WorkerRig.StartWithAsync(services => services.AddDaprWorkflow(Echo), sidecar);
        Assert.Equal("\"5\"", (await rig.Tell("Echo", "\"5\"").TurnAsync()).Result());
        Assert.Equal(4, refusals);
    }

    [Fact]
    public async Task The_stream_says_that_it_keeps_history()
    {
        await using var rig = await StartAsync();
        await rig.Tell("Echo").TurnAsync();
        Assert.Equal([Protos.WorkerCapability.StatefulHistory], Assert.Single(rig.Sidecar.Streams).Capabilities);
    }

    [Fact]
    public async Task No_more_than_a_hundred_run_at_once()
    {
        var (running, most) = (0, 0);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await WorkerRig.StartAsync(options =>
        {
            Echo(options);
            options.RegisterActivity<int, int>("Hold", async (_, number) =>
            {
                if (Interlocked.Increment(ref running) is var now && now > Volatile.Read(ref most))
                {
                    most = now;
                }

                if (now == 100)
                {
                    full.TrySetResult();
                }

                await release.Task;
                Interlocked.Decrement(ref running);
                return number;
            });
        });
        var answers = Enumerable.Range(0, 150).Select(number => rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "hold", TaskId = number, Input = $"{number}" })).ToList();
        await full.Task.WaitAsync(Sdk.Tests.Ground.Rig.Patience, TestContext.Current.CancellationToken);

        // Turns have room of their own.
        Assert.Equal("\"5\"", (await rig.Tell("Echo", "\"5\"").TurnAsync()).Result());
        Assert.Equal(100, running);
        release.SetResult();
        Assert.Equal(Enumerable.Range(0, 150).Select(number => $"{number}"), (await Task.WhenAll(answers)).Select(answer => answer.Result));
        Assert.Equal(100, most);
    }

    [Fact]
    public async Task What_is_under_way_is_answered_before_the_worker_stops()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterActivity<int, int>("Hold", async (_, number) =>
        {
            begun.SetResult();
            await release.Task;
            return number;
        }));
        var answer = rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Hold", Input = "5" });
        await begun.Task.WaitAsync(Sdk.Tests.Ground.Rig.Patience, TestContext.Current.CancellationToken);
        var stopping = rig.StopAsync();
        Assert.False(stopping.IsCompleted);
        release.SetResult();
        await stopping;
        Assert.Equal("5", (await answer).Result);
    }

    [Fact]
    public async Task What_outlives_its_worker_is_given_out_again_and_no_error()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new Lines { From = LogLevel.Debug };
        var rig = await WorkerRig.StartAsync(
            options => options.RegisterActivity<int, int>("Hold", async (_, number) =>
            {
                begun.SetResult();
                await release.Task;
                return number;
            }),
            services => services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero).AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(lines)));
        _ = rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Hold", Input = "5" });
        await begun.Task.WaitAsync(Sdk.Tests.Ground.Rig.Patience, TestContext.Current.CancellationToken);

        await rig.DisposeAsync();
        release.SetResult();

        Assert.True(SpinWait.SpinUntil(() => lines.All.Any(line => line.Contains("work item outlived", StringComparison.Ordinal)), Sdk.Tests.Ground.Rig.Patience), string.Join('\n', lines.All));
    }

    [Fact]
    public async Task An_answer_that_gets_lost_is_sent_again()
    {
        await using var rig = await StartAsync();
        var lost = 0;
        rig.Sidecar.AcceptAnswer = _ =>
        {
            if (Interlocked.Increment(ref lost) <= 2)
            {
                throw new GrpcException(GrpcCode.Unavailable, "not now");
            }
        };
        Assert.Equal("\"5\"", (await rig.Tell("Echo", "\"5\"").TurnAsync()).Result());
        Assert.Equal(3, lost);
    }

    [Fact]
    public async Task An_answer_that_is_refused_ends_its_stream_so_that_the_work_is_given_out_again()
    {
        await using var rig = await StartAsync();
        var refused = false;
        rig.Sidecar.AcceptAnswer = _ =>
        {
            if (!refused)
            {
                refused = true;
                throw new GrpcException(GrpcCode.Unknown, "no");
            }
        };
        var first = rig.Sidecar.AskAsync(rig.Tell("Echo", "\"5\"").Request());
        await rig.Sidecar.OpenedAsync(2);
        Assert.Equal("\"6\"", (await rig.Tell("Echo", "\"6\"").TurnAsync()).Result());
        Assert.False(first.IsCompleted);
        Assert.Equal(2, rig.Sidecar.Streams.Count);
    }

    [Fact]
    public async Task Answers_that_are_too_large_become_failures()
    {
        var sidecar = await FakeSidecar.StartAsync(limit: 200_000);
        await using var rig = await WorkerRig.StartWithAsync(
            services => services.AddDaprWorkflow(options =>
            {
                Echo(options);
                options.RegisterWorkflow<int, string>("Large", (_, size) => Task.FromResult(new string('x', size)));
                options.RegisterActivity<int, string>("Large", (_, size) => Task.FromResult(new string('x', size)));
            }),
            sidecar);
        var failure = (await rig.Tell("Large", "300000").TurnAsync()).Failure();
        Assert.Equal("PayloadTooLarge", failure.ErrorType);
        Assert.StartsWith("The turn of workflow 'Large' takes 3000", failure.ErrorMessage, StringComparison.Ordinal);
        var activity = await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Large", Input = "300000", TaskId = 7 });
        Assert.Equal(("PayloadTooLarge", 7, null), (activity.FailureDetails.ErrorType, activity.TaskId, activity.Result));
        Assert.Equal("\"5\"", (await rig.Tell("Echo", "\"5\"").TurnAsync()).Result());
        Assert.Single(rig.Sidecar.Streams);
    }

    [Fact]
    public async Task Limits_of_the_app_s_own_count_too()
    {
        await using var rig = await WorkerRig.StartWithAsync(services => services
            .AddDaprWorkflowBuilder(options => options.RegisterActivity<int, string>("Large", (_, size) => Task.FromResult(new string('x', size))))
            .WithGrpcMessageSizeLimits(maxReceiveMessageSize: 1_000_000, maxSendMessageSize: 100_000));
        Assert.Equal("PayloadTooLarge", (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Large", Input = "150000" })).FailureDetails.ErrorType);
    }

    [Fact]
    public async Task Work_of_an_unknown_kind_is_passed_over()
    {
        await using var rig = await StartAsync();
        _ = rig.Sidecar.AskAsync(new Protos.WorkItem());
        Assert.Equal("\"5\"", (await rig.Tell("Echo", "\"5\"").TurnAsync()).Result());
    }

    private static Task<WorkerRig> StartAsync() => WorkerRig.StartAsync(Echo);

    private static void Echo(WorkflowRuntimeOptions options) => options.RegisterWorkflow<string, string>("Echo", (_, input) => Task.FromResult(input));
}
