using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sidecar.Hosting;

namespace Sidecar.Tests.Bindings;

/// <summary>An app on a port of its own that writes down what it is asked and answers as it is told.</summary>
internal sealed class BindingApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<Asked> asked = Channel.CreateUnbounded<Asked>();

    private BindingApp(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
            await asked.Writer.WriteAsync(new($"{context.Request.Method} {context.Request.Path}", headers, await body.ReadToEndAsync(context.RequestAborted)));
            await answer(context);
        });
    }

    public SidecarOptions Options => new() { AppId = "app", AppPort = new Uri(app.Urls.Single()).Port, AppToken = "app-token" };

    public static Task<BindingApp> StartAsync(int options = 200, int post = 200) => StartAsync(context =>
    {
        context.Response.StatusCode = context.Request.Method == "OPTIONS" ? options : post;
        return context.Response.WriteAsync("said");
    });

    public static async Task<BindingApp> StartAsync(Func<HttpContext, Task> answer)
    {
        var started = new BindingApp(answer);
        await started.app.StartAsync(TestContext.Current.CancellationToken);
        return started;
    }

    /// <summary>What it was asked next, in order.</summary>
    public Task<Asked> NextAsync() =>
        asked.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public bool WasAskedMore => asked.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public sealed record Asked(string What, Dictionary<string, string> Headers, string Body);
}
