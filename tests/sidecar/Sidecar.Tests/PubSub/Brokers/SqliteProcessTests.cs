using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.PubSub.Sqlite;

namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>A file of queues and more than one process: killed in the middle, and two at a time.</summary>
public sealed class SqliteProcessTests : IDisposable
{
    private const string Variable = "SQLITE_QUEUES_OF_A_CHILD";
    private const string Topic = "orders";
    private readonly Lazy<string> directory = new(() => Directory.CreateTempSubdirectory("queues-").FullName);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Queues => Path.Combine(directory.Value, "queues.db");

    public void Dispose() => Directory.Delete(directory.Value, recursive: true);

    [Fact]
    public async Task A_killed_process_loses_nothing_that_it_acknowledged()
    {
        using var child = Start(nameof(Child_that_publishes_until_it_is_killed));
        var acknowledged = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var number in Printed(child))
        {
            acknowledged.Add(number);
            if (acknowledged.Count == 3000)
            {
                child.Kill();
            }
        }

        await using var broker = Open("reader");
        await broker.InitAsync(Cancellation);
        var arrived = new Tally();
        await broker.SubscribeAsync(
            new(Topic),
            (message, _) =>
            {
                arrived.Add(message.Text());
                return default;
            },
            Cancellation);
        await arrived.Contains(acknowledged);
    }

    [Fact]
    public async Task A_second_process_is_refused_with_the_process_id_of_the_first()
    {
        using var child = Start(nameof(Child_that_publishes_until_it_is_killed));
        await foreach (var _ in Printed(child))
        {
            await using (var second = Open("reader"))
            {
                var refusal = await Assert.ThrowsAsync<ComponentException>(() => second.InitAsync(Cancellation));
                Assert.Equal($"{Queues} belongs to process {child.Id}: a file serves the sidecars of one process. Stop that one, or name another file", refusal.Message);
            }

            break;
        }

        child.Kill();
        await child.WaitForExitAsync(Cancellation);
        await using var heir = Open("reader");
        await heir.InitAsync(Cancellation);
    }

    /// <summary>Not a test: what the child process runs. It subscribes, so that there is a queue, and takes its time with each message.</summary>
    [Fact(Explicit = true)]
    public async Task Child_that_publishes_until_it_is_killed()
    {
        var path = Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException("for child processes only");
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await using var broker = new SqlitePubSub(Specs.Of("pubsub.sqlite", ("connectionString", path)), "reader", TimeProvider.System, NullLogger.Instance);
        await broker.InitAsync(Cancellation);
        await broker.SubscribeAsync(new(Topic), async (_, cancellation) => await Task.Delay(Timeout.Infinite, cancellation), Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async caller =>
        {
            for (var number = caller; ; number += 4)
            {
                await broker.PublishAsync(Message.Of(Topic, number.ToString(CultureInfo.InvariantCulture)), Cancellation);
                lock (output)
                {
                    output.WriteLine($"acknowledged {number}");
                }
            }
        }));
    }

    private SqlitePubSub Open(string appId) => new(Specs.Of("pubsub.sqlite", ("connectionString", Queues)), appId, TimeProvider.System, NullLogger.Instance);

    private Process Start(string method)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-method", $"{typeof(SqliteProcessTests).FullName}.{method}", "-explicit", "on"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, Environment = { [Variable] = Queues },
        };
        return Process.Start(start)!;
    }

    private static async IAsyncEnumerable<string> Printed(Process child)
    {
        const string Prefix = "acknowledged ";
        while (await child.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.StartsWith(Prefix, StringComparison.Ordinal))
            {
                yield return line[Prefix.Length..];
            }
        }
    }
}
