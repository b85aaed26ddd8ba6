using System.Collections.Concurrent;
using Dapr.Workflow;
using Workflow.Tests.Conformance.Ground;

namespace Workflow.Tests.Journeys;

/// <summary>Workflows of the SDK from their start to their end, on this engine.</summary>
public sealed class SdkTests
{
    [Theory, OnEveryStore]
    public async Task Steps_run_one_after_the_other_and_all_at_once(Store store)
    {
        await using var sidecar = await RunningSidecar.StartAsync(store);
        await using var app = await SdkApp.StartAsync(sidecar, options =>
        {
            options.RegisterActivity<int, int>("Double", (_, number) => Task.FromResult(2 * number));
            options.RegisterWorkflow<int, int>("Chain", async (context, number) =>
            {
                for (var i = 0; i < 5; i++)
                {
                    number = await context.CallActivityAsync<int>("Double", number);
                }

                context.SetCustomStatus("chained");
                return number;
            });
            options.RegisterWorkflow<int, int>("Fan", async (context, many) =>
                (await Task.WhenAll(Enumerable.Range(1, many).Select(number => context.CallActivityAsync<int>("Double", number)))).Sum());
            options.RegisterWorkflow<int, int>("Parent", async (context, number) =>
                await context.CallChildWorkflowAsync<int>("Chain", number) + await context.CallChildWorkflowAsync<int>("Fan", 3, new ChildWorkflowTaskOptions($"{context.InstanceId}-fan")));
        });

        var chain = await app.RunAsync("Chain", 1);
        Assert.Equal((32, "chained"), (chain.ReadOutputAs<int>(), chain.ReadCustomStatusAs<string>()));
        Assert.Equal(200 * 201, (await app.RunAsync("Fan", 200)).ReadOutputAs<int>());
        Assert.Equal(32 + 12, (await app.RunAsync("Parent", 1)).ReadOutputAs<int>());
    }

    [Theory, OnEveryStore]
    public async Task What_fails_is_tried_again_and_then_given_up(Store store)
    {
        var tries = new ConcurrentDictionary<string, int>();
        await using var sidecar = await RunningSidecar.StartAsync(store);
        await using var app = await SdkApp.StartAsync(sidecar, options =>
        {
            options.RegisterActivity<int, int>("Flaky", (context, fails) =>
                tries.AddOrUpdate(context.InstanceId, 1, (_, before) => before + 1) <= fails ? throw new InvalidOperationException("not yet") : Task.FromResult(tries[context.InstanceId]));
            options.RegisterWorkflow<int, int>("Tries", (context, fails) => context.CallActivityAsync<int>(
                "Flaky", fails, new WorkflowTaskOptions(new WorkflowRetryPolicy(3, TimeSpan.FromMilliseconds(20), 2))));
            options.RegisterWorkflow<int, string>("Undoes", async (context, _) =>
            {
                try
                {
                    return $"{await context.CallChildWorkflowAsync<int>("Tries", 5)}";
                }
                catch (WorkflowTaskFailedException failure)
                {
                    return failure.FailureDetails.ErrorMessage;
                }
            });
        });

        Assert.Equal(3, (await app.RunAsync("Tries", 2)).ReadOutputAs<int>());
        var failed = await app.RunAsync("Tries", 9);
        Assert.Equal(WorkflowRuntimeStatus.Failed, failed.RuntimeStatus);
        Assert.Contains("not yet", failed.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("not yet", (await app.RunAsync("Undoes", 0)).ReadOutputAs<string>()!, StringComparison.Ordinal);
        Assert.Equal(WorkflowRuntimeStatus.Failed, (await app.RunAsync("Nobody")).RuntimeStatus);
    }

    [Theory, OnEveryStore]
    public async Task Events_are_waited_for_as_long_as_it_says(Store store)
    {
        await using var sidecar = await RunningSidecar.StartAsync(store);
        await using var app = await SdkApp.StartAsync(sidecar, options =>
        {
            options.RegisterWorkflow<int, string>("Waits", async (context, milliseconds) =>
            {
                var first = await context.WaitForExternalEventAsync<int>("Go");
                try
                {
                    return $"{first} {await context.WaitForExternalEventAsync<int>("go", TimeSpan.FromMilliseconds(milliseconds))}";
                }
                catch (TaskCanceledException)
                {
                    return $"{first} too late";
                }
            });
            options.RegisterWorkflow<string, int>("Sends", (context, target) =>
            {
                context.SendEvent(target, "gO", 7);
                context.SendEvent(target, "go", 8);
                return Task.FromResult(1);
            });
        });

        await app.StartAsync("Waits", "early", 60_000);
        await app.RaiseAsync("early", "GO", 1);
        await app.RaiseAsync("early", "go", 2);
        Assert.Equal("1 2", (await app.EndAsync("early")).ReadOutputAs<string>());

        await app.StartAsync("Waits", "late", 50);
        await app.RaiseAsync("late", "go", 1);
        Assert.Equal("1 too late", (await app.EndAsync("late")).ReadOutputAs<string>());

        await app.StartAsync("Waits", "target", 60_000);
        await app.RunAsync("Sends", "target");
        Assert.Equal("7 8", (await app.EndAsync("target")).ReadOutputAs<string>());
    }

    [Theory, OnEveryStore]
    public async Task Running_on_and_on_keeps_events_and_starts_small(Store store)
    {
        await using var sidecar = await RunningSidecar.StartAsync(store);
        await using var app = await SdkApp.StartAsync(sidecar, options => options.RegisterWorkflow<int, string>("Counts", async (context, seen) =>
        {
            var word = await context.WaitForExternalEventAsync<string>("word");
            if (word == "end")
            {
                return $"{seen}";
            }

            context.ContinueAsNew(seen + 1);
            return "";
        }));

        await app.StartAsync("Counts", "c", 0);
        for (var i = 0; i < 40; i++)
        {
            await app.RaiseAsync("c", "word", $"{i}");
        }

        await app.RaiseAsync("c", "word", "end");
        Assert.Equal("40", (await app.EndAsync("c")).ReadOutputAs<string>());
        Assert.True((await app.Client.GetInstanceHistoryAsync("c", TestContext.Current.CancellationToken)).Count < 60);
    }

    [Theory, OnEveryStore]
    public async Task It_can_be_suspended_resumed_terminated_and_purged(Store store)
    {
        await using var sidecar = await RunningSidecar.StartAsync(store);
        await using var app = await SdkApp.StartAsync(sidecar, options =>
        {
            options.RegisterWorkflow<int, int>("Waits", async (context, _) =>
            {
                context.SetCustomStatus("waiting");
                Assert.True(context.IsPatched("first"));
                return await context.WaitForExternalEventAsync<int>("go");
            });
            options.RegisterWorkflow<int, int>("Parent", (context, _) => context.CallChildWorkflowAsync<int>("Waits", 0, new ChildWorkflowTaskOptions("child")));
        });

        await app.StartAsync("Waits", "a", 0);
        await app.Client.SuspendWorkflowAsync("a", "why", TestContext.Current.CancellationToken);
        await app.RaiseAsync("a", "go", 5);
        var suspended = await app.StateAsync("a");
        Assert.Equal((WorkflowRuntimeStatus.Suspended, "waiting"), (suspended.RuntimeStatus, suspended.ReadCustomStatusAs<string>()));
        await app.Client.ResumeWorkflowAsync("a", cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(5, (await app.EndAsync("a")).ReadOutputAs<int>());

        await app.StartAsync("Parent", "parent", 0);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await app.Client.WaitForWorkflowStartAsync("child", cancellation: limit.Token);
        await app.Client.TerminateWorkflowAsync("parent", "enough", TestContext.Current.CancellationToken);
        var ended = await app.EndAsync("parent");
        Assert.Equal((WorkflowRuntimeStatus.Terminated, "enough"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        Assert.Equal(WorkflowRuntimeStatus.Terminated, (await app.EndAsync("child")).RuntimeStatus);
        Assert.True(await app.Client.PurgeInstanceAsync("parent", TestContext.Current.CancellationToken));
        Assert.False((await app.StateAsync("child")).Exists);
    }

    [Theory, OnEveryStore(Lasting = true)]
    public async Task A_new_sidecar_and_a_new_app_go_on_where_the_old_ones_were(Store store)
    {
        var runs = new ConcurrentDictionary<string, int>();
        await using var sidecar = await RunningSidecar.StartAsync(store);
        await using (var app = await SdkApp.StartAsync(sidecar, Register))
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(number => app.StartAsync("Sleepy", $"s{number}", number)));
        }

        await sidecar.RestartAsync();
        await using (var app = await SdkApp.StartAsync(sidecar, Register))
        {
            foreach (var number in Enumerable.Range(0, 20))
            {
                Assert.Equal(number + 5, (await app.EndAsync($"s{number}")).ReadOutputAs<int>());
            }
        }

        Assert.All(runs.Values, times => Assert.InRange(times, 5, 10));

        void Register(WorkflowRuntimeOptions options)
        {
            options.RegisterActivity<int, int>("Next", (context, number) =>
            {
                runs.AddOrUpdate(context.InstanceId, 1, (_, before) => before + 1);
                return Task.FromResult(number + 1);
            });
            options.RegisterWorkflow<int, int>("Sleepy", async (context, number) =>
            {
                for (var i = 0; i < 5; i++)
                {
                    number = await context.CallActivityAsync<int>("Next", number);
                    await context.CreateTimer(TimeSpan.FromMilliseconds(100));
                }

                return number;
            });
        }
    }
}
