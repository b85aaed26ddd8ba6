using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Library.Gateway;

/// <summary>Asks services for JSON, all at once, each only so long.</summary>
internal sealed class Apps(HttpClient sidecar, IOptions<GatewayOptions> options, TimeProvider time)
{
    public Task<Told[]> AskAll(IEnumerable<(string App, string Path)> questions, CancellationToken cancellation, TimeSpan? limit = null) =>
        Task.WhenAll(questions.Select(question => Ask(question.App, question.Path, cancellation, limit)));

    public async Task<Told> Ask(string app, string path, CancellationToken cancellation, TimeSpan? limit = null)
    {
        using var deadline = new CancellationTokenSource(limit ?? options.Value.GatherTime, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using var answer = await sidecar.GetAsync(new Uri($"http://{app}{path}"), end.Token);
            return new Told(app, (int)answer.StatusCode, Json(await answer.Content.ReadAsByteArrayAsync(end.Token)));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new Told(app, null, null);
        }
    }

    private static JsonNode? Json(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a service told; no status when it told nothing in time.</summary>
internal sealed record Told(string App, int? Status, JsonNode? Body)
{
    public bool IsGood => Status == StatusCodes.Status200OK && Body is not null;

    public string Reason => Body is JsonObject problem && problem["type"] is not null && problem["detail"]?.GetValueKind() == JsonValueKind.String
        ? problem["detail"]!.GetValue<string>()
        : "It does not answer.";
}
