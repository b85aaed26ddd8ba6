using System.Diagnostics;
using System.Globalization;
using Servers;

namespace Bench;

/// <summary>
/// Publish until it is delivered, and until it is accepted, beside the broker itself. Accepted means kept: the queue of a subscriber
/// that is away takes the messages.
/// </summary>
public static class PublishSection
{
    private const string Subscriptions = """[{"pubsubname":"broker","topic":"timed","route":"/delivered"},{"pubsubname":"broker","topic":"kept","route":"/kept"}]""";

    public static async Task RunAsync(Sidecars sidecars, Pace pace)
    {
        Table.Title("Publish");
        await BrokerAsync(sidecars, pace, "pubsub.in-memory", "", 0, null);
        await BrokerAsync(sidecars, pace, "pubsub.sqlite", Sidecars.Value("connectionString", Path.Combine(sidecars.Home, "broker.db")), 10_000, null);
        if (RabbitServer.Missing is { } reason)
        {
            Console.WriteLine(reason);
            return;
        }

        await using var server = await RabbitServer.StartAsync(CancellationToken.None);
        await using var direct = await DirectRabbit.StartAsync(new Uri(server.Uri), Pace.Connections);
        var confirmed = await pace.CallsAsync(direct.PublishAsync);
        Table.Row("RabbitMQ itself, confirmed", confirmed);
        var settings = string.Join(',', Sidecars.Value("connectionString", server.Uri), Sidecars.Value("durable", "true"), Sidecars.Value("deletedWhenUnused", "false"),
            Sidecars.Value("publisherConfirm", "true"), Sidecars.Value("deliveryMode", "2"), Sidecars.Value("requeueInFailure", "true"), Sidecars.Value("prefetchCount", "50"));
        await BrokerAsync(sidecars, pace, "pubsub.rabbitmq", settings, 8_000, confirmed);
    }

    private static async Task BrokerAsync(Sidecars sidecars, Pace pace, string type, string metadata, double aim, Figures? direct)
    {
        var (http, appPort) = (Sidecars.FreePort(), Sidecars.FreePort());
        var resources = sidecars.Resources(type, ("broker", type, "v1", metadata));
        await using (await Child.StartAsync(Environment.ProcessPath!, ["--bare", appPort.ToString(CultureInfo.InvariantCulture), Subscriptions], new Uri($"http://127.0.0.1:{appPort}/deliveries")))
        await using (await Child.StartAsync(Sidecars.Program, Sidecars.Flags("bench", http, appPort, resources), Sidecars.Ready(http)))
        {
            await LatencyAsync(pace, type, http, appPort);
        }

        await using var alone = await Child.StartAsync(Sidecars.Program, Sidecars.Flags("bench", http, null, resources), Sidecars.Ready(http));
        Table.Row($"{type}: accepted", pace.Http(http, _ => Publish("kept"), 204), direct, aim);
        Table.Fact($"{type}: memory after it", $"{alone.ResidentMegabytes} MB");
    }

    /// <summary>At a pace that the subscriber keeps up with: one message after the other.</summary>
    private static async Task LatencyAsync(Pace pace, string type, int http, int appPort)
    {
        var started = Stopwatch.GetTimestamp();
        new HttpLoad(http, 1, _ => Publish("timed"), 204).Run(TimeSpan.Zero, pace.Measured);
        using var ask = new HttpClient();
        var told = (await ask.GetStringAsync(new Uri($"http://127.0.0.1:{appPort}/deliveries"))).Split(' ').Select(long.Parse).ToArray();
        Table.Row($"{type}: published to delivered", new Figures(told[0] / Stopwatch.GetElapsedTime(started).TotalSeconds, Stopwatch.GetElapsedTime(0, told[1]), Stopwatch.GetElapsedTime(0, told[2]), 0));
    }

    private static string Publish(string topic) =>
        HttpLoad.Request("POST", $"/v1.0/publish/broker/{topic}", $"{{\"at\":{Stopwatch.GetTimestamp()}}}", "Content-Type: application/json\r\n");
}
