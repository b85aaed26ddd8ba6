using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Tests.Telemetry;
using Sidecar.Zipkin;

namespace Sidecar.Tests.Zipkin;

/// <summary>A trace viewer on a free port, asked over HTTP as Zipkin is.</summary>
internal sealed class ZipkinServer : IAsyncDisposable
{
    private readonly TraceViewer viewer;
    private readonly HttpClient http;

    private ZipkinServer(TraceViewer viewer, int port)
    {
        this.viewer = viewer;
        Port = port;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://localhost:{port}"), Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>Milliseconds since 1970 at which nearly all spans of these tests happen.</summary>
    public static long Now { get; } = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public int Port { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ZipkinServer> StartAsync(int spans = 1000, long bytes = 10_000_000)
    {
        var port = FreePort.Next();
        var time = new ManualTime();
        var viewer = await TraceViewer.StartAsync(new IPEndPoint(IPAddress.Loopback, port), new TraceLimits(spans, bytes), time, NullLoggerFactory.Instance, Cancellation);
        return new ZipkinServer(viewer!, port);
    }

    /// <summary>A span in JSON; what <paramref name="more"/> says comes last.</summary>
    public static string Span(string trace, string id, string service, string name = "get /", long at = 0, string more = "") =>
        $$"""{"traceId":"{{trace}}","id":"{{id}}","name":"{{name}}","timestamp":{{(Now + at) * 1000}},"duration":1000,"localEndpoint":{"serviceName":"{{service}}"}{{(more.Length > 0 ? "," + more : "")}}}""";

    public Task<(HttpStatusCode Status, string Body)> SendAsync(params string[] spans) => PostAsync(Encoding.UTF8.GetBytes($"[{string.Join(',', spans)}]"));

    public async Task<(HttpStatusCode Status, string Body)> PostAsync(byte[] body, string type = "application/json", string? encoding = null, string path = "/api/v2/spans")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Host = host;
        using var answer = await http.SendAsync(request, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public async Task<JsonArray> ListAsync(string path)
    {
        var (status, body) = await GetAsync("/api/v2/" + path);
        Assert.Equal((HttpStatusCode.OK, ""), (status, status == HttpStatusCode.OK ? "" : body));
        return JsonNode.Parse(body)!.AsArray();
    }

    /// <summary>The ids of found traces, in the order of the answer.</summary>
    public async Task<string> TracesAsync(string query) =>
        string.Join(' ', (await ListAsync($"traces?endTs={Now + 60_000}&{query}")).Select(trace => trace![0]!["traceId"]!.GetValue<string>()));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await viewer.DisposeAsync();
    }
}
