using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Library.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sidecar.Testing;

namespace Gateway.Tests;

/// <summary>The gateway beside a sidecar, with small apps in the place of the services.</summary>
internal sealed class GatewayStage : IAsyncDisposable
{
    public const string Query = "reader-query";
    public const string Command = "reader-command";
    public const string Coordinator = "coordinator";
    public const string User = "user";
    private readonly TestSidecar _sidecar;
    private readonly TestService _gateway;
    private readonly ConcurrentQueue<Seen> _seen;

    private GatewayStage(TestSidecar sidecar, TestService gateway, ConcurrentQueue<Seen> seen) => (_sidecar, _gateway, _seen) = (sidecar, gateway, seen);

    public HttpClient Http => _gateway.Http;

    public TestClock Clock => _sidecar.Clock;

    public TestLog Log => _sidecar.Log;

    /// <summary>What the apps were asked, but for what sidecars ask by themselves.</summary>
    public IEnumerable<Seen> SeenByApps => _seen.Where(seen => seen.Path is not ("/dapr/subscribe" or "/dapr/config"));

    /// <summary>An app that is not given is down.</summary>
    public static async Task<GatewayStage> Start(Action<WebApplication>? query = null, Action<WebApplication>? command = null, Action<WebApplication>? coordinator = null, Action<WebApplication>? user = null, params string[] settings)
    {
        var sidecar = await TestSidecar.Start(options => options.AppId("gateway"));
        var seen = new ConcurrentQueue<Seen>();
        foreach (var (id, map) in new[] { (Query, query), (Command, command), (Coordinator, coordinator), (User, user) })
        {
            if (map is not null)
            {
                await sidecar.Simulate(id, app =>
                {
                    app.Use((http, next) => Record(http, next, id, seen));
                    map(app);
                });
            }
        }

        // The test's own gate reads bodies whole, so the gateway talks to the sidecar itself.
        var gateway = await sidecar.Run<Forwarder>(options =>
        {
            options.Setting("DAPR_HTTP_ENDPOINT", $"http://127.0.0.1:{sidecar.HttpPort}");
            foreach (var setting in settings)
            {
                options.Setting(setting.Split('=')[0], setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            }
        });
        return new GatewayStage(sidecar, gateway, seen);
    }

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Raw(path)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var fields = answer.Headers.Concat(answer.Content.Headers).ToDictionary(field => field.Key.ToLowerInvariant(), field => string.Join(',', field.Value));
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), fields);
    }

    /// <summary>The path as it is written, dots and escapes too.</summary>
    public Uri Raw(string path) => new($"http://127.0.0.1:{_gateway.Address.Port}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    public async ValueTask DisposeAsync() => await _sidecar.DisposeAsync();

    private static Task Record(HttpContext http, RequestDelegate next, string app, ConcurrentQueue<Seen> seen)
    {
        seen.Enqueue(new Seen(app, http.Request.Method, http.Request.Path, http.Request.QueryString.Value ?? "", http.Request.Headers.ToDictionary(field => field.Key.ToLowerInvariant(), field => field.Value.ToString())));
        return next(http);
    }
}

internal sealed record Seen(string App, string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers)
{
    public override string ToString() => $"{App} {Method} {Path}{Query}";
}

internal sealed record Answer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Text(string member) => Json.GetProperty(member).ToString();

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

internal static class Content
{
    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
