using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Library.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Library.Chaos.Tests;

/// <summary>Orders what a saga would order, through its own sidecar, and hears the replies.</summary>
internal sealed class CoordinatorStandIn : IAsyncDisposable
{
    public const string Replies = "chaos.replies";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Reply>> _awaited = new(StringComparer.Ordinal);
    private readonly HttpClient _sidecar;
    private readonly WebApplication _app;

    private CoordinatorStandIn(RunningLibrary library)
    {
        _sidecar = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{library.CoordinatorSidecar}"), Timeout = TimeSpan.FromSeconds(20) };
        _sidecar.DefaultRequestHeaders.Add("dapr-api-token", library.Token);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add($"http://127.0.0.1:{library.CoordinatorApp}");
        _app.MapGet("/dapr/subscribe", () => new[] { new { pubsubname = "pubsub", topic = Replies, route = "/replies" } });
        _app.MapPost("/replies", async (HttpContext http) =>
        {
            var message = await http.Request.ReadFromJsonAsync<JsonElement>();
            var reply = message.GetProperty("data").Deserialize<Reply>(JsonSerializerOptions.Web)!;
            Waiting(reply.SagaId, reply.Step).TrySetResult(reply);
        });
    }

    /// <summary>Returns once it hears: what is said before a queue is there nobody keeps.</summary>
    public static async Task<CoordinatorStandIn> StartAsync(RunningLibrary library, CancellationToken cancellation)
    {
        var coordinator = new CoordinatorStandIn(library);
        await coordinator._app.StartAsync(cancellation);
        await UntilItSucceeds("its sidecar", () => coordinator._sidecar.GetAsync(new Uri("/v1.0/healthz", UriKind.Relative), cancellation), cancellation);
        return coordinator;
    }

    /// <summary>Returns when the broker has it.</summary>
    public Task Send<TCommand>(string topic, TCommand command, CancellationToken cancellation)
        where TCommand : ICommand =>
        UntilItSucceeds($"publishing {topic}", () => _sidecar.PostAsJsonAsync($"/v1.0/publish/pubsub/{topic}", command, JsonSerializerOptions.Web, cancellation), cancellation);

    public Task<Reply> Answer(ICommand command, CancellationToken cancellation) => Waiting(command.SagaId, command.Step).Task.WaitAsync(Patience, cancellation);

    public async Task<JsonElement> Ask(string path, CancellationToken cancellation)
    {
        var answer = default(JsonElement);
        await UntilItSucceeds(
            path,
            async () =>
            {
                var response = await _sidecar.GetAsync(new Uri($"/v1.0/invoke/{path}", UriKind.Relative), cancellation);
                if (response.IsSuccessStatusCode)
                {
                    answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
                }

                return response;
            },
            cancellation);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        _sidecar.Dispose();
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private TaskCompletionSource<Reply> Waiting(string saga, string step) =>
        _awaited.GetOrAdd($"{saga}/{step}", _ => new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously));

    private static async Task UntilItSucceeds(string what, Func<Task<HttpResponseMessage>> send, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var refusal = "nothing"; ;)
        {
            try
            {
                using var answer = await send();
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }

                refusal = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}";
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                refusal = problem.Message;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"{what} is refused for {Patience.TotalSeconds} s: {refusal}");
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }
}
