using System.Text.Json.Nodes;

namespace Truth.Tests;

/// <summary>The spans of workflows that daprd sent: ours are the same, below each other in the same way.</summary>
public sealed class RecordedSpansTests
{
    private const string Scope = "durabletask";
    private const string Workflows = "/v1.0/workflows/dapr/";

    [Fact]
    public async Task Workflows_leave_the_spans_that_they_leave_with_daprd()
    {
        Assert.SkipWhen(Stage.NoJavaScript is not null, Stage.NoJavaScript ?? "");
        await using var stage = await Stage.StartAsync(null, inMemory: true);
        await using var collector = new SpanCollector(stage.Zipkin);
        await stage.StartWorkerAsync();
        foreach (var (id, workflow) in new[] { ("tr1", "truth_steps"), ("tr2", "truth_wait"), ("tr3", "truth_parent") })
        {
            await PostAsync(stage, $"{workflow}/start?instanceID={id}");
        }

        await PostAsync(stage, "tr2/raiseEvent/go");
        var recorded = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Stage.Questions, "spans.json"), TestContext.Current.CancellationToken))!.AsArray()
            .Where(span => (string?)span!["tags"]!["otel.scope.name"] == Scope).Select(span => span!).ToList();

        var mine = await collector.OfScopeAsync(Scope, recorded.Count);

        Assert.Equal(Shapes(recorded), Shapes(mine));
    }

    private static async Task PostAsync(Stage stage, string path)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{stage.Http}{Workflows}{path}") { Content = new StringContent("1") };
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203305-01");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(202, (int)answer.StatusCode);
    }

    /// <summary>Name, kind, tags, what happened meanwhile, and the same of the span above, which is of the same trace.</summary>
    private static List<string> Shapes(List<JsonNode> spans)
    {
        var byId = spans.ToDictionary(span => (string)span["id"]!);
        return [.. spans.Select(span => Shape(span) + Above(span)).Order(StringComparer.Ordinal)];

        string Above(JsonNode span)
        {
            if ((string?)span["parentId"] is not { } parent)
            {
                return " begins a trace";
            }

            var above = byId[parent];
            return (string)above["traceId"]! == (string)span["traceId"]! ? $" below {Shape(above)}" : " below another trace";
        }

        static string Shape(JsonNode span) =>
            $"{span["name"]} {span["kind"]} {span["localEndpoint"]!["serviceName"]} {string.Join(' ', span["tags"]!.AsObject().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))} " +
            string.Join(' ', span["annotations"]?.AsArray().Select(annotation => (string)annotation!["value"]!) ?? []);
    }
}
