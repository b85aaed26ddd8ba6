using Npgsql;
using Servers;

namespace Chaos.Tests;

public sealed class DeliveryTests : IDisposable
{
    private const int Probe = -1;
    private static readonly int Count = Ground.IsLongRun ? 10_000 : 1_000;
    private static readonly int PerSecond = Ground.IsLongRun ? 150 : 50;
    private static readonly TimeSpan Limit = Ground.IsLongRun ? TimeSpan.FromMinutes(20) : TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Ground ground = new();
    private readonly CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public DeliveryTests() => limit.CancelAfter(Limit);

    public void Dispose()
    {
        limit.Dispose();
        ground.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_is_delivered_and_readable_though_everything_dies()
    {
        Assert.SkipWhen(RabbitServer.Missing is not null, RabbitServer.Missing ?? "");
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        await using var postgres = new PostgresServer();
        await postgres.StartAsync();
        await using var rabbit = await RabbitServer.StartAsync(limit.Token);
        ground.Resiliency();
        ground.Component(
            "pubsub", "pubsub.rabbitmq", "v1", ("connectionString", rabbit.Uri), ("durable", "true"), ("deletedWhenUnused", "false"), ("publisherConfirm", "true"),
            ("deliveryMode", "2"), ("requeueInFailure", "true"), ("prefetchCount", "50"));
        ground.Component("store", "state.postgresql", "v2", ("connectionString", $"host=127.0.0.1 user=dapr password=dapr port={postgres.Port} database=dapr"));
        var (http, app) = (Ports.Free(), Ports.Free());
        await using var subscriber = Subscriber(app);
        await using var a = new Supervised("sidecar A", Ground.Sidecar, ground.Flags("a", http), ground.Folder);
        await using var b = new Supervised("sidecar B", Ground.Sidecar, ground.Flags("b", Ports.Free(), app), ground.Folder);
        using var rabbitVictim = new Victim("RabbitMQ", rabbit.RestartAsync, async cancellation =>
        {
            await rabbit.ControlAsync(cancellation, "stop_app");
            await rabbit.ControlAsync(cancellation, "start_app");
        });
        using var postgresVictim = new Victim("PostgreSQL", _ => postgres.RestartAsync(), cancellation => EndConnectionsAsync(postgres, cancellation));
        await RunAsync(http, [subscriber, a, b], [rabbitVictim, postgresVictim], rounds: Ground.IsLongRun ? 5 : 2);
        await QueuesAreEmptyAsync(rabbit);
    }

    [Fact]
    public async Task Queues_in_a_file_are_resumed_by_a_sidecar_that_was_killed()
    {
        ground.Resiliency();
        ground.Component("pubsub", "pubsub.sqlite", "v1", ("path", Path.Combine(ground.Folder, "queues.db")));
        ground.Component("store", "state.sqlite", "v1", ("connectionString", Path.Combine(ground.Folder, "state.db")));
        var (http, app) = (Ports.Free(), Ports.Free());
        var sidecars = Path.Combine(ground.Folder, "sidecars.json");
        string[][] both = [ground.Flags("a", http), ground.Flags("b", Ports.Free(), app)];
        await File.WriteAllTextAsync(sidecars, System.Text.Json.JsonSerializer.Serialize(both), limit.Token);
        await using var subscriber = Subscriber(app);
        await using var process = new Supervised("both sidecars", Ground.Sidecar, ["--sidecars", sidecars], ground.Folder);
        await RunAsync(http, [subscriber, process], [], rounds: Ground.IsLongRun ? 12 : 4);
    }

    private Supervised Subscriber(int port) => new("subscriber", Environment.ProcessPath!, [SubscriberApp.Word, $"{port}", ground.Folder], ground.Folder);

    private async Task RunAsync(int http, Supervised[] processes, Victim[] servers, int rounds)
    {
        var victims = processes.Select(process => process.AsVictim()).Concat(servers).ToList();
        var strikes = new Strikes(victims, rounds, patience: TimeSpan.FromSeconds(3));
        using var publisher = new Publisher(http, Count, PerSecond);
        var started = TimeProvider.System.GetTimestamp();
        Console.WriteLine($"chaos: {Count} messages, CHAOS_SEED={strikes.Seed}");
        try
        {
            await SubscribedAsync(publisher);
            await Task.WhenAll(publisher.RunAsync(limit.Token), strikes.RunAsync(() => publisher.Acknowledged, Count, limit.Token));
            await DeliveredAsync(publisher);
            Assert.Empty(await publisher.UnsavedAsync(limit.Token));
            Assert.Empty(Ledger.Read(SubscriberApp.Parked(ground.Folder)));
            Assert.All(processes, process => Assert.Empty(process.Crashes));
        }
        catch (Exception problem)
        {
            var words = string.Concat(processes.Select(process => process.LastWords));
            Assert.Fail($"CHAOS_SEED={strikes.Seed}; {strikes}; last refusal: {publisher.LastRefusal}\n{problem}\n{words}");
        }

        var deliveries = Ledger.Read(SubscriberApp.Received(ground.Folder)).Count(number => number != Probe);
        var starts = string.Join(", ", processes.Select(process => $"{process.Name} started {process.Starts} times"));
        Console.WriteLine($"chaos: all delivered after {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s, {deliveries - Count} twice, {publisher.Refused} refusals, {starts}; {strikes}");
    }

    /// <summary>Only what is published after the subscription is there must arrive.</summary>
    private async Task SubscribedAsync(Publisher publisher)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        patience.CancelAfter(Patience);
        while (!Ledger.Read(SubscriberApp.Received(ground.Folder)).Contains(Probe))
        {
            await publisher.PublishAsync(Probe, patience.Token);
            await Task.Delay(100, patience.Token);
        }
    }

    private async Task DeliveredAsync(Publisher publisher)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var missing = Enumerable.Range(0, Count).Except(Ledger.Read(SubscriberApp.Received(ground.Folder))).ToList();
            if (missing.Count == 0)
            {
                return;
            }

            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < Patience,
                $"{missing.Count} of {publisher.Acknowledged} acknowledged messages did not arrive: {string.Join(' ', missing.Take(20))}");
            await Task.Delay(100, limit.Token);
        }
    }

    private async Task QueuesAreEmptyAsync(RabbitServer rabbit)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var queues = await rabbit.ControlAsync(limit.Token, "list_queues", "--no-table-headers", "name", "messages");
            if (queues.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line => line.EndsWith("\t0", StringComparison.Ordinal)))
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"Messages are left: {queues}");
        }
    }

    private static async Task EndConnectionsAsync(PostgresServer postgres, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString());
        await using var command = source.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dapr' AND pid <> pg_backend_pid()");
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
