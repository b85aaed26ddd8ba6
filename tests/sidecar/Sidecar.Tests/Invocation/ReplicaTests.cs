using System.Net;
using Microsoft.AspNetCore.Http;
using Sidecar.Resiliency;

namespace Sidecar.Tests.Invocation;

public sealed class ReplicaTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Fact]
    public async Task Replicas_in_all_processes_are_called_in_turn()
    {
        var caller = await neighbourhood.SidecarAsync("caller");
        foreach (var process in new[] { "first", "second", "third" })
        {
            var app = await neighbourhood.AppAsync(context => context.Response.WriteAsync(process, Cancellation));
            await neighbourhood.SidecarAsync("callee", app.Port, process);
        }

        var answers = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            using var answer = await caller.GetAsync("/v1.0/invoke/callee/method/x");
            answers.Add(await answer.Content.ReadAsStringAsync(Cancellation));
        }

        Assert.All(answers.CountBy(answer => answer), count => Assert.Equal(2, count.Value));
    }

    [Fact]
    public async Task A_replica_that_died_is_passed_over()
    {
        var caller = await neighbourhood.SidecarAsync("caller");
        var app = await neighbourhood.AppAsync(context => context.Response.WriteAsync("alive", Cancellation));
        var dead = await neighbourhood.SidecarAsync("callee", app.Port, "second");
        await neighbourhood.SidecarAsync("callee", app.Port, "third");
        using (var before = await caller.GetAsync("/v1.0/invoke/callee/method/x"))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        await dead.KillAsync();
        for (var i = 0; i < 6; i++)
        {
            using var answer = await caller.GetAsync("/v1.0/invoke/callee/method/x");
            Assert.Equal("alive", await answer.Content.ReadAsStringAsync(Cancellation));
        }
    }

    [Fact]
    public async Task An_app_whose_only_sidecar_died_is_tried_as_often_as_the_policy_says()
    {
        var caller = await neighbourhood.SidecarAsync("caller", policies: new ThreeTries());
        var app = await neighbourhood.AppAsync(_ => Task.CompletedTask);
        var dead = await neighbourhood.SidecarAsync("callee", app.Port, "second");
        using (var before = await caller.GetAsync("/v1.0/invoke/callee/method/x"))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        await dead.KillAsync();
        using var answer = await caller.GetAsync("/v1.0/invoke/callee/method/x");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(
            $$"""{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: callee, err: failed to invoke target callee after 2 retries. Error: rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp {{dead.InternalAddress}}: connect: connection refused\""}""",
            await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_sidecar_that_comes_back_is_found_again()
    {
        var caller = await neighbourhood.SidecarAsync("caller");
        var app = await neighbourhood.AppAsync(context => context.Response.WriteAsync("back", Cancellation));
        var dead = await neighbourhood.SidecarAsync("callee", app.Port, "second");
        using (var before = await caller.GetAsync("/v1.0/invoke/callee/method/x"))
        {
            Assert.Equal("back", await before.Content.ReadAsStringAsync(Cancellation));
        }

        await dead.DisposeAsync();
        await neighbourhood.SidecarAsync("callee", app.Port, "third");
        using var answer = await caller.GetAsync("/v1.0/invoke/callee/method/x");
        Assert.Equal("back", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>Without the pauses of the policy that sidecars really have.</summary>
    private sealed class ThreeTries : ResiliencyPolicies
    {
        public override Policy ServiceRetries { get; } = new Tries();

        private sealed class Tries : Policy
        {
            public override async ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation)
            {
                for (var tries = 1; ; tries++)
                {
                    try
                    {
                        return await work(state, cancellation);
                    }
                    catch (PermanentException permanent)
                    {
                        permanent.Rethrow();
                    }
                    catch (Exception) when (tries < 3)
                    {
                        // Once more.
                    }
                }
            }
        }
    }
}
