using System.Text;
using System.Text.Json;
using Dapr.Client;
using Library.Defaults.Auth;
using Library.Defaults.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Defaults.Tests.Web;

/// <summary>A service that has nothing but its web half, on a port of its own, without a sidecar. Its routes are open unless they say something else.</summary>
internal sealed class WebStage : IAsyncDisposable
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");
    private readonly WebApplication app;
    private readonly DaprClient dapr;

    private WebStage(WebApplication app, DaprClient dapr, CapturedLog log)
    {
        (this.app, this.dapr, Log) = (app, dapr, log);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public CapturedLog Log { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<WebStage> Start(Action<IEndpointRouteBuilder>? map = null, Action<IServiceCollection>? services = null, bool isPublic = false, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder([.. settings.Select(setting => $"--{setting}")]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddWeb("probe", isPublic);
        var log = new CapturedLog();
        builder.Logging.ClearProviders().AddProvider(log);
        var dapr = new DaprClientBuilder().UseHttpEndpoint(Nowhere.OriginalString).UseGrpcEndpoint(Nowhere.OriginalString).Build();
        builder.Services.AddSingleton(dapr);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapWeb();
        map?.Invoke(app.MapGroup("").OpenToAnyone());
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WebStage(app, dapr, log);
    }

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<Answer> Post(string path, string body, string type = "application/json") => Send(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, type));

    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), answer.Headers.RetryAfter?.ToString()) { Challenge = answer.Headers.WwwAuthenticate.ToString() };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        dapr.Dispose();
        Log.AssertNothingUnexpected();
    }
}

internal sealed record Answer(int Status, string? Type, string Body, string? RetryAfter)
{
    public string Challenge { get; init; } = "";

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Text(string member) => Json.GetProperty(member).ToString();
}
