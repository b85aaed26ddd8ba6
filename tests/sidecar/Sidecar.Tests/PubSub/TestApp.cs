using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sidecar.Tests.PubSub;

/// <summary>An application over HTTP that writes down what it is asked and answers as the test wants.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    /// <summary>In place of a status: the connection is cut.</summary>
    public const int Hangup = 0;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WebApplication app;
    private readonly Channel<AppCall> calls = Channel.CreateUnbounded<AppCall>();

    private TestApp(WebApplication app) => this.app = app;

    public int Port { get; private set; }

    /// <summary>What it says when it is asked for its subscriptions.</summary>
    public string Subscriptions { get; set; } = "[]";

    public int SubscriptionsStatus { get; set; } = 200;

    /// <summary>Status and body for a delivery.</summary>
    public Func<AppCall, Task<(int Status, string Body)>> Answer { get; set; } = static _ => Task.FromResult((200, ""));

    public bool IsIdle => calls.Reader.Count == 0;

    public static async Task<TestApp> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var started = new TestApp(builder.Build());
        started.app.Run(started.HandleAsync);
        await started.app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = started.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        started.Port = new Uri(addresses.First()).Port;
        return started;
    }

    public void Says(int status, string body = "") => Answer = _ => Task.FromResult((status, body));

    public async Task<AppCall> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return await calls.Reader.ReadAsync(limit.Token);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal);
        var call = new AppCall(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, System.Text.Encoding.UTF8.GetString(body.ToArray()));
        if (context.Request.Path == "/dapr/subscribe")
        {
            context.Response.StatusCode = SubscriptionsStatus;
            await context.Response.WriteAsync(Subscriptions);
            return;
        }

        calls.Writer.TryWrite(call);
        var (status, text) = await Answer(call);
        if (status == Hangup)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        await context.Response.WriteAsync(text);
    }
}

internal sealed record AppCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
