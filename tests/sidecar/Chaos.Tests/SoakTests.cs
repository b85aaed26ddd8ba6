using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Servers;

namespace Chaos.Tests;

public sealed class SoakTests : IDisposable
{
    private const int Samples = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(
        double.TryParse(Environment.GetEnvironmentVariable("SOAK_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? minutes : 30);

    private readonly Ground ground = new();
    private readonly ConcurrentDictionary<string, bool> subscribed = new(StringComparer.Ordinal);
    private int delivered;

    public void Dispose() => ground.Dispose();

    [Fact]
    public async Task Memory_and_handles_stay_flat()
    {
        Assert.SkipUnless(Ground.IsLongRun, "a long run: ./test --all");
        var cancellation = TestContext.Current.CancellationToken;
        ground.Component("memory", "state.in-memory", "v1");
        ground.Component("sqlite", "state.sqlite", "v1", ("connectionString", Path.Combine(ground.Folder, "state.db")));
        ground.Component("pubsub", "pubsub.in-memory", "v1");
        ground.Component("queues", "pubsub.sqlite", "v1", ("path", Path.Combine(ground.Folder, "queues.db")));
        var (http, grpc, caller, port) = (Ports.Free(), Ports.Free(), Ports.Free(), Ports.Free());
        var sidecars = Path.Combine(ground.Folder, "sidecars.json");
        string[][] both = [ground.Flags("soak", http, port, grpc), ground.Flags("caller", caller)];
        await File.WriteAllTextAsync(sidecars, JsonSerializer.Serialize(both), cancellation);
        await using var app = App(port);
        await app.StartAsync(cancellation);
        await using var process = new Supervised("sidecar", Ground.Sidecar, ["--sidecars", sidecars], ground.Folder);
        await UntilAsync(async () => await IsReadyAsync(caller) && await IsReadyAsync(http), () => process.LastWords, cancellation);
        using var load = new SoakLoad(http, grpc, caller);
        await UntilAsync(
            async () =>
            {
                await load.ProbeAsync();
                return subscribed.Count == SoakLoad.Brokers.Length;
            },
            () => $"Only {string.Join(' ', subscribed.Keys)} delivered.",
            cancellation);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = load.RunAsync(ending.Token);
        var samples = await SampleAsync(process.Id, load, running, cancellation);
        await ending.CancelAsync();
        await running;

        Assert.Equal(1, process.Starts);
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref delivered) >= load.Published), () => $"{delivered} of {load.Published} messages arrived.", cancellation);
        var early = Sample.Middle(samples[(Samples / 4)..(Samples / 2)]);
        var late = Sample.Middle(samples[^(Samples / 4)..]);
        var allowed = early.Allowed();
        Assert.True(
            late.Megabytes <= allowed.Megabytes && late.Handles <= allowed.Handles && late.Threads <= allowed.Threads,
            $"It grew: {early} in the second quarter, {late} in the last one.");
    }

    private static async Task<List<Sample>> SampleAsync(int process, SoakLoad load, Task running, CancellationToken cancellation)
    {
        using var moments = new PeriodicTimer(Duration / Samples);
        var samples = new List<Sample>(Samples);
        while (samples.Count < Samples && await moments.WaitForNextTickAsync(cancellation))
        {
            if (running.IsCompleted)
            {
                await running;
            }

            samples.Add(Sample.Of(process));
            Console.WriteLine($"soak: {samples.Count}/{Samples}: {samples[^1]}, {load.Done} steps");
        }

        return samples;
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> problem, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, problem());
            await Task.Delay(100, cancellation);
        }
    }

    private static async Task<bool> IsReadyAsync(int http)
    {
        using var client = new HttpClient();
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{http}/v1.0/healthz"), TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var message = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        if (message.RootElement.GetProperty("data").GetProperty("number").GetInt32() == SoakLoad.Probe)
        {
            subscribed[message.RootElement.GetProperty("pubsubname").GetString()!] = true;
        }
        else
        {
            Interlocked.Increment(ref delivered);
        }
    }

    private WebApplication App(int port)
    {
        const string Subscriptions = """[{"pubsubname":"pubsub","topic":"soak","route":"/events"},{"pubsubname":"queues","topic":"soak","route":"/events"}]""";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        app.MapGet("/dapr/subscribe", () => Results.Text(Subscriptions, "application/json"));
        app.MapPost("/events", ReceiveAsync);
        app.MapPost("/echo", context => context.Request.Body.CopyToAsync(context.Response.Body));
        return app;
    }
}
