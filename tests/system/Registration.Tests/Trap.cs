using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Registration.Tests;

/// <summary>A message on its way from a sidecar to its app.</summary>
internal sealed record Passing(string SagaId, JsonElement Data, Func<Task<int>> Forward);

/// <summary>
/// Stands between a sidecar and its app and passes on all that comes, except that the deliveries of chosen messages go wrong: the answer of the
/// trouble that was set for a topic is what the sidecar is told.
/// </summary>
internal sealed class Trap : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly string[] NotForwarded = ["Host", "Content-Length", "Transfer-Encoding", "Connection"];
    private readonly ConcurrentDictionary<string, Func<Passing, Task<int>>> _watched = new(StringComparer.Ordinal);
    private readonly HttpClient _http;
    private readonly WebApplication _door;
    private readonly int _app;

    public Trap(int port, int app)
    {
        _app = app;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{app}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _door = builder.Build();
        _door.Urls.Add($"http://127.0.0.1:{port}");
        ((IApplicationBuilder)_door).Run(Pass);
    }

    /// <summary>Opens when the app has: a sidecar asks the first who listens for its subscriptions.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        for (var isOpen = false; !isOpen;)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, _app, cancellation);
                isOpen = true;
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }

        await _door.StartAsync(cancellation);
    }

    /// <summary>What the sidecar is told of messages of this topic; it is asked at every delivery.</summary>
    public void Watch(string topic, Func<Passing, Task<int>> answer) => _watched[topic] = answer;

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _door.StopAsync(atOnce.Token);
        await _door.DisposeAsync();
        _http.Dispose();
    }

    private async Task Pass(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        if (http.Request.Path.StartsWithSegments("/deliveries", out var topic) && _watched.TryGetValue(topic.Value!.TrimStart('/'), out var answer)
            && Read(body.ToArray(), () => Forward(http, body.ToArray(), answers: false)) is { } message)
        {
            http.Response.StatusCode = await answer(message);
            return;
        }

        await Forward(http, body.ToArray(), answers: true);
    }

    private static Passing? Read(byte[] body, Func<Task<int>> forward)
    {
        var data = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("data");
        return data.ValueKind == JsonValueKind.Object && data.TryGetProperty("sagaId", out var saga) ? new Passing(saga.GetString()!, data, forward) : null;
    }

    /// <summary>An app that is down is what it is to a sidecar: no connection, told as 503.</summary>
    private async Task<int> Forward(HttpContext http, byte[] body, bool answers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), $"{http.Request.Path}{http.Request.QueryString}") { Content = new ByteArrayContent(body) };
        foreach (var header in http.Request.Headers.Where(header => !NotForwarded.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value))
            {
                request.Content.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string?>)header.Value);
            }
        }

        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            if (answers)
            {
                http.Response.StatusCode = (int)answer.StatusCode;
                foreach (var header in answer.Headers.Concat(answer.Content.Headers).Where(header => !NotForwarded.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
                {
                    http.Response.Headers[header.Key] = header.Value.ToArray();
                }

                await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
            }

            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            if (answers)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            }

            return StatusCodes.Status503ServiceUnavailable;
        }
    }
}
