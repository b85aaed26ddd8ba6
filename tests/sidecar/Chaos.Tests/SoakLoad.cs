using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Chaos.Tests;

/// <summary>Everything a sidecar does, at a steady pace. Each answer is checked; the first wrong one ends the load.</summary>
internal sealed class SoakLoad(int http, int grpc, int callerHttp) : IDisposable
{
    public const int Probe = -1;
    public static readonly string[] Brokers = ["pubsub", "queues"];
    private const int Keys = 500;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    private static readonly string[] Stores = ["memory", "sqlite"];
    private readonly HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{http}") };
    private readonly HttpClient caller = new() { BaseAddress = new Uri($"http://127.0.0.1:{callerHttp}") };
    private readonly GrpcState state = new(grpc);
    private long done;

    public long Done => Volatile.Read(ref done);

    public long Published { get; private set; }

    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(new[] { SaveAndGetAsync, TransactAsync, PublishAsync, InvokeAsync, GrpcAsync }.Select(step => Task.Run(() => RepeatAsync(step, cancellation), CancellationToken.None)));

    /// <summary>To see whether it arrives: in-memory messages without a subscriber are lost.</summary>
    public Task ProbeAsync() => Task.WhenAll(Brokers.Select(broker => PublishAsync(broker, Probe)));

    public void Dispose()
    {
        client.Dispose();
        caller.Dispose();
        state.Dispose();
    }

    private async Task RepeatAsync(Func<int, Task> step, CancellationToken cancellation)
    {
        using var pace = new PeriodicTimer(Pace);
        try
        {
            for (var number = 0; await pace.WaitForNextTickAsync(cancellation); number++)
            {
                await step(number);
                Interlocked.Increment(ref done);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task SaveAndGetAsync(int number)
    {
        var (store, key) = (Stores[number % Stores.Length], $"k{number % Keys}");
        await PostAsync($"/v1.0/state/{store}", new JsonArray(new JsonObject { ["key"] = key, ["value"] = number }));
        Assert.Equal(number, await client.GetFromJsonAsync<int>(new Uri($"/v1.0/state/{store}/{key}", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    private Task TransactAsync(int number) => PostAsync($"/v1.0/state/{Stores[number % Stores.Length]}/transaction", new JsonObject
    {
        ["operations"] = new JsonArray(Upsert($"t{number % Keys}", number), Upsert($"u{number % Keys}", number)),
    });

    private async Task PublishAsync(int number)
    {
        await PublishAsync(Brokers[number % Brokers.Length], number);
        Published++;
    }

    private Task PublishAsync(string broker, int number) => PostAsync($"/v1.0/publish/{broker}/soak", new JsonObject { ["number"] = number });

    private async Task InvokeAsync(int number)
    {
        using var content = new StringContent($"{number}");
        using var answer = await caller.PostAsync(new Uri("/v1.0/invoke/soak/method/echo", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal($"{number}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task GrpcAsync(int number)
    {
        var (store, key) = (Stores[number % Stores.Length], $"g{number % Keys}");
        await state.SaveAsync(store, key, $"{number}", TestContext.Current.CancellationToken);
        Assert.Equal($"{number}", await state.GetAsync(store, key, TestContext.Current.CancellationToken));
    }

    private async Task PostAsync(string path, JsonNode body)
    {
        using var answer = await client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static JsonObject Upsert(string key, int number) => new() { ["operation"] = "upsert", ["request"] = new JsonObject { ["key"] = key, ["value"] = number } };
}
