using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Resiliency;

namespace Sidecar.Tests.Invocation;

public sealed class InvocationPolicyTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();
    private int calls;

    public static TheoryData<Callee> Everywhere => new(Enum.GetValues<Callee>());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_body_of_known_length_is_sent_again(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(Cancellation);
            context.Response.StatusCode = Interlocked.Increment(ref calls) < 3 ? 500 : 200;
            await context.Response.WriteAsync($"{calls} {body}", Cancellation);
        }, policies: new Tries(5));
        using var request = new HttpRequestMessage(HttpMethod.Post, caller.Address + path + "x") { Content = new StringContent("body") };
        using var answer = await caller.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, "3 body"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation)));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task The_last_answer_comes_back_as_the_app_gave_it(Callee callee)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, async context =>
        {
            context.Response.StatusCode = 409;
            context.Response.Headers["X-From-App"] = "yes";
            context.Response.ContentType = "text/x";
            await context.Response.WriteAsync($"{Interlocked.Increment(ref calls)}", Cancellation);
        }, policies: new Tries(3));
        using var answer = await caller.GetAsync(path + "x");
        Assert.Equal((HttpStatusCode.Conflict, "3", "text/x"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation), answer.Content.Headers.ContentType?.ToString()));
        Assert.Equal("yes", answer.Headers.GetValues("X-From-App").Single());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_body_of_unknown_length_is_sent_once_and_its_failure_counts(Callee callee)
    {
        var policies = new Tries(3);
        var (caller, path) = await neighbourhood.CallerAsync(callee, async context =>
        {
            Interlocked.Increment(ref calls);
            await context.Request.Body.CopyToAsync(Stream.Null, Cancellation);
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("failed", Cancellation);
        }, policies: policies);
        using var request = new HttpRequestMessage(HttpMethod.Post, caller.Address + path + "x") { Content = new StringContent("body") };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await caller.SendAsync(request);
        Assert.Equal((HttpStatusCode.InternalServerError, "failed", 1), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation), calls));
        // The caller has its answer as soon as it is written; what the policy makes of it follows.
        await policies.Failed.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Equal((1, 1), (policies.Count, policies.Failures));
    }

    [Fact]
    public async Task An_app_that_is_not_there_is_tried_again_too()
    {
        await neighbourhood.SidecarAsync("callee", 1);
        var policies = new Tries(3);
        var caller = await neighbourhood.SidecarAsync("caller", policies: policies);
        using var answer = await caller.GetAsync("/v1.0/invoke/callee/method/x");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(3, policies.Count);
    }

    [Fact]
    public async Task An_attempt_that_takes_too_long_says_so()
    {
        var (caller, path) = await neighbourhood.CallerAsync(Callee.OtherProcess, context => Task.Delay(Timeout.Infinite, context.RequestAborted), policies: new Impatient());
        using var answer = await caller.GetAsync(path + "x");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(
            """{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to invoke, id: callee, err: context deadline exceeded"}""",
            await answer.Content.ReadAsStringAsync(Cancellation));
        var request = new InvokeServiceRequest { Id = "callee", Message = new Protos.InvokeRequest { Method = "x", HttpExtension = new HTTPExtension { Verb = HTTPExtension.Types.Verb.Get } } };
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => caller.Grpc.UnaryAsync("/dapr.proto.runtime.v1.Dapr/InvokeService", request, InvokeResponse.Parser, default, Cancellation).AsTask());
        Assert.Equal((Sidecar.Errors.GrpcCode.DeadlineExceeded, "context deadline exceeded"), (refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task Calls_over_grpc_are_tried_again()
    {
        var (caller, _) = await neighbourhood.CallerAsync(Callee.OtherProcess, context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref calls) < 3 ? 500 : 200;
            return context.Response.WriteAsync($"{calls}", Cancellation);
        }, policies: new Tries(5));
        var request = new InvokeServiceRequest { Id = "callee", Message = new Protos.InvokeRequest { Method = "x", HttpExtension = new HTTPExtension { Verb = HTTPExtension.Types.Verb.Get } } };
        var reply = await caller.Grpc.UnaryAsync("/dapr.proto.runtime.v1.Dapr/InvokeService", request, InvokeResponse.Parser, default, Cancellation);
        Assert.Equal("3", reply.Message.Data.Value.ToStringUtf8());
    }

    [Fact]
    public async Task Proxied_calls_with_one_message_are_tried_again_and_others_refused()
    {
        await using var app = await GrpcTestApp.StartAsync();
        await neighbourhood.SidecarAsync("callee", app.Port, "second", configure: options => options with { AppProtocol = "grpc" });
        var policies = new Tries(3);
        var caller = await neighbourhood.SidecarAsync("caller", policies: policies);
        var options = new GrpcCallOptions { Metadata = [new("dapr-app-id", "callee")] };
        await using (var refused = caller.Grpc.Open("/test.Service/Refuse", options, Cancellation))
        {
            refused.Complete();
            Assert.Equal("no, thanks", (await Assert.ThrowsAsync<GrpcException>(() => refused.ReadBytesAsync().AsTask())).Message);
            Assert.Equal(3, policies.Count);
        }

        await using var call = caller.Grpc.Open("/test.Service/Echo", options, Cancellation);
        await call.WriteBytesAsync("a"u8.ToArray());
        await call.WriteBytesAsync("b"u8.ToArray());
        call.Complete();
        Assert.Equal("cannot use resiliency policies with retries on streaming RPCs", (await Assert.ThrowsAsync<GrpcException>(() => call.ReadBytesAsync().AsTask())).Message);
    }

    /// <summary>Tries again at once, whatever went wrong.</summary>
    private sealed class Tries(int most) : ResiliencyPolicies
    {
        private readonly Again again = new(most);

        public int Count => again.Count;

        public int Failures => again.Failures;

        public Task Failed => again.Failed;

        public override bool NamesApp(string appId) => true;

        public override Policy App(string appId, string method) => again;

        private sealed class Again(int most) : Policy
        {
            public int Count { get; private set; }

            private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public int Failures { get; private set; }

            public Task Failed => failed.Task;

            public override bool HasRetries => true;

            public override async ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation)
            {
                for (var tries = 1; ; tries++)
                {
                    Count++;
                    try
                    {
                        return await work(state, cancellation);
                    }
                    catch (PermanentException permanent)
                    {
                        Fail();
                        permanent.Rethrow();
                    }
                    catch (Exception) when (tries < most)
                    {
                        Fail();
                    }
                }
            }

            private void Fail()
            {
                Failures++;
                failed.TrySetResult();
            }
        }
    }

    private sealed class Impatient : ResiliencyPolicies
    {
        public override Policy App(string appId, string method) => new Cut();

        private sealed class Cut : Policy
        {
            public override async ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation)
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var running = work(state, patience.Token);
                await patience.CancelAsync();
                try
                {
                    return await running;
                }
                catch (OperationCanceledException cut)
                {
                    throw new TimeoutException(DeadlineExceeded, cut);
                }
            }
        }
    }
}
