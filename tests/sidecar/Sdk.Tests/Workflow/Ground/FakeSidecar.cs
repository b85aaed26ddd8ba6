extern alias daemon;
using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using daemon::Sidecar.Grpc;
using daemon::Sidecar.Hosting;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Ground;

/// <summary>The workflow service of a sidecar, in which the test is the engine: it hands out work and sees what comes back.</summary>
internal sealed class FakeSidecar : IAsyncDisposable
{
    private const string Service = "/TaskHubSidecarService/";
    private readonly ConcurrentDictionary<string, TaskCompletionSource<IMessage>> awaited = new();
    private readonly Channel<Protos.WorkItem> items = Channel.CreateUnbounded<Protos.WorkItem>();
    private readonly GrpcMethods methods = new();
    private readonly SemaphoreSlim opened = new(0);
    private readonly WebApplication app;
    private volatile CancellationTokenSource cut = new();
    private int count;

    private FakeSidecar(int limit, Action<FakeSidecar>? extend)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        app = builder.Build();
        methods.Streaming(Service + "GetWorkItems", StreamAsync);
        Answer("Hello", Empty.Parser, request => request);
        Answer("CompleteOrchestratorTask", Protos.WorkflowResponse.Parser, response => Complete(response, response.CompletionToken));
        Answer("CompleteActivityTask", Protos.ActivityResponse.Parser, response => Complete(response, response.CompletionToken));
        extend?.Invoke(this);
        var server = new GrpcServer(
            new SidecarOptions { AppId = "fake", MaxBodySize = limit }, methods, _ => throw new GrpcException(daemon::Sidecar.Errors.GrpcCode.Unimplemented, "nothing else here"), TimeProvider.System, NullLogger<GrpcServer>.Instance);
        app.Run(server.HandleAsync);
    }

    public int Port => new Uri(app.Urls.Single()).Port;

    public ConcurrentQueue<IMessage> Received { get; } = [];

    public ConcurrentQueue<Protos.GetWorkItemsRequest> Streams { get; } = [];

    /// <summary>Asked before a stream is taken; what it throws refuses it.</summary>
    public Action Accept { get; set; } = () => { };

    /// <summary>Asked before an answer is taken.</summary>
    public Action<IMessage> AcceptAnswer { get; set; } = _ => { };

    public static async Task<FakeSidecar> StartAsync(int limit = 4 * 1024 * 1024, Action<FakeSidecar>? extend = null)
    {
        var sidecar = new FakeSidecar(limit, extend);
        await sidecar.app.StartAsync(TestContext.Current.CancellationToken);
        return sidecar;
    }

    public void Answer<TRequest, TResponse>(string method, MessageParser<TRequest> parser, Func<TRequest, TResponse> answer)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        methods.Unary(Service + method, parser, (TRequest request, GrpcCall _) =>
        {
            Received.Enqueue(request);
            return ValueTask.FromResult(answer(request));
        });

    /// <summary>Hands out a turn; its answer.</summary>
    public async Task<Protos.WorkflowResponse> AskAsync(Protos.WorkflowRequest request) =>
        (Protos.WorkflowResponse)await AskAsync(new Protos.WorkItem { WorkflowRequest = request });

    /// <summary>Hands out an activity; its answer.</summary>
    public async Task<Protos.ActivityResponse> AskAsync(Protos.ActivityRequest request) =>
        (Protos.ActivityResponse)await AskAsync(new Protos.WorkItem { ActivityRequest = request });

    public Task<IMessage> AskAsync(Protos.WorkItem item)
    {
        item.CompletionToken = $"token-{Interlocked.Increment(ref count)}";
        var answer = new TaskCompletionSource<IMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        awaited[item.CompletionToken] = answer;
        items.Writer.TryWrite(item);
        return answer.Task.WaitAsync(Sdk.Tests.Ground.Rig.Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Ends when so many streams more have been opened.</summary>
    public async Task OpenedAsync(int more)
    {
        for (var number = 0; number < more; number++)
        {
            Assert.True(await opened.WaitAsync(Sdk.Tests.Ground.Rig.Patience, TestContext.Current.CancellationToken));
        }
    }

    /// <summary>Breaks all streams of work.</summary>
    public void Cut() => Interlocked.Exchange(ref cut, new CancellationTokenSource()).Cancel();

    public async ValueTask DisposeAsync()
    {
        Cut();
        await app.DisposeAsync();
        opened.Dispose();
    }

    private Protos.CompleteTaskResponse Complete(IMessage answer, string token)
    {
        AcceptAnswer(answer);
        if (awaited.TryRemove(token, out var source))
        {
            source.SetResult(answer);
        }

        return new Protos.CompleteTaskResponse();
    }

    private async ValueTask StreamAsync(GrpcCall call)
    {
        Accept();
        Streams.Enqueue((await call.ReadAsync(Protos.GetWorkItemsRequest.Parser))!);
        opened.Release();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation, cut.Token);
        try
        {
            await foreach (var item in items.Reader.ReadAllAsync(end.Token))
            {
                await call.WriteAsync(item);
            }
        }
        catch (OperationCanceledException)
        {
            throw new GrpcException(daemon::Sidecar.Errors.GrpcCode.Unavailable, "cut");
        }
    }
}
