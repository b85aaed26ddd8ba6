using System.Text.Json;
using System.Threading.Channels;
using Library.Defaults.Web.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Defaults.Tests.Web;

public sealed class TracesTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string ParentId = "b7ad6b7169203331";

    [Fact]
    public async Task Requests_and_what_they_do_are_sent_as_children_of_the_callers_span()
    {
        await using var zipkin = await Collector.Start();
        await using var stage = await WebStage.Start(Map, settings: $"Web:Zipkin={zipkin.Address}");

        await stage.Get("/items/1?email=ada@example.org", ("traceparent", $"00-{TraceId}-{ParentId}-01"));

        var spans = new[] { await zipkin.Next(), await zipkin.Next() };
        var request = spans.Single(span => span.GetProperty("name").GetString() == "GET /items/{id}");
        var work = spans.Single(span => span.GetProperty("name").GetString() == "work");
        Assert.Equal((TraceId, ParentId, "SERVER"), (Text(request, "traceId"), Text(request, "parentId"), Text(request, "kind")));
        Assert.Equal((TraceId, Text(request, "id")), (Text(work, "traceId"), Text(work, "parentId")));
        Assert.Equal("probe", request.GetProperty("localEndpoint").GetProperty("serviceName").GetString());
        Assert.Equal("200", Text(request.GetProperty("tags"), "http.response.status_code"));
        Assert.DoesNotContain("ada@", JsonSerializer.Serialize(spans), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_decided_against_a_trace_gets_none_and_probes_begin_none()
    {
        await using var zipkin = await Collector.Start();
        await using var stage = await WebStage.Start(Map, settings: $"Web:Zipkin={zipkin.Address}");

        await stage.Get("/items/1", ("traceparent", $"00-{TraceId}-{ParentId}-00"));
        await stage.Get("/livez");
        await stage.Get("/metrics");
        await stage.Get("/items/last", ("traceparent", $"00-{TraceId}-{ParentId}-01"));

        var paths = new[] { await zipkin.Next(), await zipkin.Next() }.Where(span => Text(span, "name") != "work").Select(span => Text(span.GetProperty("tags"), "url.path"));
        Assert.Equal(["/items/last"], paths);
    }

    [Fact]
    public async Task A_request_that_fails_is_marked()
    {
        await using var zipkin = await Collector.Start();
        await using var stage = await WebStage.Start(app => app.MapGet("/broken", string () => throw new InvalidOperationException("no")), settings: $"Web:Zipkin={zipkin.Address}");
        stage.Log.ExpectedError = "GET /broken failed";

        await stage.Get("/broken", ("traceparent", $"00-{TraceId}-{ParentId}-01"));

        var tags = (await zipkin.Next()).GetProperty("tags");
        Assert.Equal(("500", "true"), (Text(tags, "http.response.status_code"), Text(tags, "error")));
    }

    [Fact]
    public async Task A_collector_that_is_away_costs_one_line_in_the_log_and_no_time()
    {
        await using var stage = await WebStage.Start(Map, settings: "Web:Zipkin=http://127.0.0.1:9/api/v2/spans");

        for (var i = 0; i < 2000; i++)
        {
            Assert.Equal(200, (await stage.Get("/items/1")).Status);
        }

        for (var i = 0; i < 500 && !stage.Log.Lines.Any(IsLoss); i++)
        {
            await stage.Get("/items/1");
            await Task.Yield();
        }

        Assert.True(stage.Log.Lines.Count(IsLoss) <= 1, "more than one line");
    }

    private static bool IsLoss(string line) => line.Contains("Spans are lost", StringComparison.Ordinal);

    private static string? Text(JsonElement span, string member) => span.GetProperty(member).GetString();

    private static void Map(IEndpointRouteBuilder app) => app.MapGet("/items/{id}", (string id) =>
    {
        using var span = Tracing.Source.StartActivity("work");
        return id;
    });

    /// <summary>Takes spans as Zipkin does.</summary>
    private sealed class Collector(WebApplication app, ChannelReader<JsonElement> spans) : IAsyncDisposable
    {
        public string Address => $"{app.Urls.First()}/api/v2/spans";

        public static async Task<Collector> Start()
        {
            var spans = Channel.CreateUnbounded<JsonElement>();
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.MapPost("/api/v2/spans", (JsonElement[] batch) =>
            {
                foreach (var span in batch)
                {
                    spans.Writer.TryWrite(span);
                }

                return Results.Accepted();
            });
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new Collector(app, spans.Reader);
        }

        /// <summary>The next span of the test's own trace, or of a probe: spans of tests beside this one come here too.</summary>
        public async Task<JsonElement> Next()
        {
            while (true)
            {
                var span = await spans.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
                if (Text(span, "traceId") == TraceId || IsProbe(span))
                {
                    return span;
                }
            }
        }

        private static bool IsProbe(JsonElement span) =>
            span.TryGetProperty("tags", out var tags) && tags.TryGetProperty("url.path", out var path) && path.GetString() is "/livez" or "/metrics";

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
