using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Library.Gateway;

/// <summary>Asks services for JSON, all at once, each only so long.</summary>
internal sealed class Apps(HttpClient sidecar, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <param name="questions">Whom to ask for what.</param>
    /// <param name="cancellation">Of the request.</param>
    /// <param name="limit">How long each may take.</param>
    /// <param name="token">What the client shows of itself; each service decides what it is worth.</param>
    public Task<Told[]> AskAll(IEnumerable<(string App, string Path)> questions, CancellationToken cancellation, TimeSpan? limit = null, string? token = null) =>
        Task.WhenAll(questions.Select(question => Ask(question.App, question.Path, cancellation, limit, token)));

    public async Task<Told> Ask(string app, string path, CancellationToken cancellation, TimeSpan? limit = null, string? token = null)
    {
        using var deadline = new CancellationTokenSource(limit ?? options.Value.GatherTime, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{app}{path}"));
            if (token is not null)
            {
                request.Headers.TryAddWithoutValidation(HeaderNames.Authorization, token);
            }

            using var answer = await sidecar.SendAsync(request, end.Token);
            return new Told(app, (int)answer.StatusCode, Json(await answer.Content.ReadAsByteArrayAsync(end.Token))) { Challenge = answer.Headers.WwwAuthenticate.ToString() };
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
    /// <summary>How to sign in, where it asks for that.</summary>
    public string Challenge { get; init; } = "";

    /// <summary>It would tell others. A sidecar that refuses says so without a problem.</summary>
    public bool IsNotAllowed => Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden && (Body as JsonObject)?["type"] is not null;

    public bool IsGood => Status == StatusCodes.Status200OK && Body is not null;

    public string Reason => Body is JsonObject problem && problem["type"] is not null && problem["detail"]?.GetValueKind() == JsonValueKind.String
        ? problem["detail"]!.GetValue<string>()
        : "It does not answer.";
}
