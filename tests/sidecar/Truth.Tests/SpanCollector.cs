using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Truth.Tests;

/// <summary>Takes spans as a Zipkin does.</summary>
internal sealed class SpanCollector : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Channel<JsonArray> batches = Channel.CreateUnbounded<JsonArray>();
    private readonly Task receiving;

    public SpanCollector(int port)
    {
        Port = port;
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        receiving = ReceiveAsync();
    }

    public int Port { get; }

    /// <summary>Those of one scope, once there are so many.</summary>
    public async Task<List<JsonNode>> OfScopeAsync(string scope, int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        var spans = new List<JsonNode>();
        while (spans.Count < count)
        {
            spans.AddRange((await batches.Reader.ReadAsync(limit.Token)).Where(span => (string?)span!["tags"]!["otel.scope.name"] == scope)!);
        }

        return spans;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await receiving;
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var call = await listener.GetContextAsync();
                batches.Writer.TryWrite((await JsonNode.ParseAsync(call.Request.InputStream))!.AsArray());
                call.Response.StatusCode = 202;
                call.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
        }
    }
}
