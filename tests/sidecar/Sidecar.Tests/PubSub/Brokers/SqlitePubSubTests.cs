using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.PubSub;
using Sidecar.PubSub.Sqlite;

namespace Sidecar.Tests.PubSub.Brokers;

public sealed class SqlitePubSubTests : BrokerConformance
{
    private readonly string directory = Directory.CreateTempSubdirectory("queues-").FullName;

    private string File => Path.Combine(directory, "queues.db");

    protected override IPubSub Create(string appId, bool isSerial) => Create(appId, ("redeliverInterval", "10ms"), ("concurrencyMode", isSerial ? "single" : "parallel"));

    [Fact]
    public async Task A_topic_that_nobody_ever_subscribed_to_keeps_nothing()
    {
        var broker = await OpenAsync("a");

        await broker.PublishAsync(Message.Of(Topic, "dropped"), Cancellation);
        var inbox = await SubscribeAsync(broker, Topic);
        await broker.PublishAsync(Message.Of(Topic, "kept"), Cancellation);

        Assert.Equal("kept", await inbox.NextTextAsync());
    }

    [Fact]
    public async Task Queues_metadata_and_order_survive_a_restart()
    {
        await using (var before = Create("a"))
        {
            await before.InitAsync(Cancellation);
            await (await before.SubscribeAsync(new(Topic), new Inbox().HandleAsync, Cancellation)).DisposeAsync();
            for (var number = 0; number < 5; number++)
            {
                await before.PublishAsync(Message.Of(Topic, $"{number}", ("trace", $"t{number}")), Cancellation);
            }
        }

        var after = await OpenAsync("a", isSerial: true);
        await after.PublishAsync(Message.Of(Topic, "5", ("trace", "t5")), Cancellation);
        var inbox = await SubscribeAsync(after, Topic);
        for (var number = 0; number < 6; number++)
        {
            var message = await inbox.NextAsync();
            Assert.Equal($"{number}", message.Text());
            Assert.Equal($"t{number}", message.Metadata["trace"]);
        }
    }

    [Fact]
    public async Task What_was_handled_does_not_come_again_after_a_restart()
    {
        await using (var before = Create("a"))
        {
            await before.InitAsync(Cancellation);
            var inbox = await SubscribeAsync(before, Topic);
            await before.PublishAsync(Message.Of(Topic, "handled"), Cancellation);
            await inbox.NextAsync();
        }

        var after = await OpenAsync("a");
        var next = await SubscribeAsync(after, Topic);
        await after.PublishAsync(Message.Of(Topic, "new"), Cancellation);

        Assert.Equal("new", await next.NextTextAsync());
    }

    [Fact]
    public async Task What_a_handled_message_said_is_in_no_file_once_nothing_waits()
    {
        var broker = await OpenAsync("a");
        var inbox = await SubscribeAsync(broker, Topic);
        foreach (var length in new[] { 1, 100, 3_000 })
        {
            await broker.PublishAsync(Message.Of(Topic, string.Concat(Enumerable.Repeat("planted", length))), Cancellation);
            await inbox.NextAsync();
        }

        for (var tries = 0; tries < 500 && Content().Contains("planted", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(20, Cancellation);
        }

        Assert.DoesNotContain("planted", Content(), StringComparison.Ordinal);

        string Content() => string.Concat(new[] { File, $"{File}-wal" }.Where(System.IO.File.Exists).Select(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(stream, System.Text.Encoding.Latin1);
            return text.ReadToEnd();
        }));
    }

    [Fact]
    public async Task A_long_backlog_is_read_in_pages_and_in_order()
    {
        const int Count = 6000;
        var broker = await OpenAsync("a", isSerial: true);
        await (await broker.SubscribeAsync(new(Topic), new Inbox().HandleAsync, Cancellation)).DisposeAsync();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(number => broker.PublishAsync(Message.Of(Topic, $"{number}"), Cancellation).AsTask()));

        var inbox = await SubscribeAsync(broker, Topic);
        await Task.WhenAll(Enumerable.Range(Count, 100).Select(number => broker.PublishAsync(Message.Of(Topic, $"{number}"), Cancellation).AsTask()));

        for (var number = 0; number < Count + 100; number++)
        {
            Assert.Equal($"{number}", await inbox.NextTextAsync());
        }
    }

    [Fact]
    public async Task A_failed_message_waits_longer_each_time_and_holds_up_nobody()
    {
        var attempts = 0;
        var broker = await OpenAsync(Create("a", ("concurrencyMode", "single"), ("redeliverInterval", "40ms")));
        var inbox = await SubscribeAsync(broker, Topic, (message, _) =>
            message.Text() == "fails" && ++attempts < 4 ? throw new InvalidOperationException("not now") : default);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await broker.PublishAsync(Message.Of(Topic, "fails"), Cancellation);
        await broker.PublishAsync(Message.Of(Topic, "other"), Cancellation);

        Assert.Equal("fails", await inbox.NextTextAsync());
        Assert.Equal("other", await inbox.NextTextAsync());
        for (var attempt = 2; attempt <= 4; attempt++)
        {
            Assert.Equal("fails", await inbox.NextTextAsync());
        }

        Assert.True(watch.Elapsed >= TimeSpan.FromMilliseconds(40 + 80 + 160 - 5), $"came after {watch.Elapsed}");
    }

    [Fact]
    public async Task Two_subscriptions_of_one_application_share_its_queue()
    {
        var first = await OpenAsync("a");
        var second = await OpenAsync("a");
        var busy = new TaskCompletionSource();
        var inboxes = new[] { await SubscribeAsync(first, Topic, async (_, _) => await busy.Task), await SubscribeAsync(second, Topic, async (_, _) => await busy.Task) };

        await first.PublishAsync(Message.Of(Topic, "1"), Cancellation);
        await first.PublishAsync(Message.Of(Topic, "2"), Cancellation);

        Assert.Equal(["1", "2"], new[] { await inboxes[0].NextTextAsync(), await inboxes[1].NextTextAsync() }.Order());
        busy.SetResult();
    }

    [Fact]
    public async Task The_space_of_handled_messages_is_used_again()
    {
        var broker = await OpenAsync("a");
        var inbox = await SubscribeAsync(broker, Topic);
        long Length() => new FileInfo(File).Length + new FileInfo(File + "-wal").Length;
        async Task RoundAsync()
        {
            var body = new byte[10_000];
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => broker.PublishAsync(new(Topic, body), Cancellation).AsTask()));
            for (var number = 0; number < 1000; number++)
            {
                await inbox.NextAsync();
            }
        }

        await RoundAsync();
        await RoundAsync();
        var used = Length();
        for (var round = 0; round < 6; round++)
        {
            await RoundAsync();
        }

        Assert.True(Length() < used + (20 * 1024 * 1024), $"{used} bytes became {Length()}");
    }

    [Fact]
    public async Task A_publish_that_cannot_be_stored_fails_and_the_next_one_is_stored()
    {
        var broker = await OpenAsync("a");
        var inbox = await SubscribeAsync(broker, Topic);
        using (var other = new SqliteDatabase(File))
        {
            other.Execute("BEGIN IMMEDIATE");

            var refusal = await Assert.ThrowsAsync<BrokerException>(async () => await broker.PublishAsync(Message.Of(Topic, "refused"), Cancellation));

            Assert.Equal("the message was not stored: database is locked", refusal.Message);
            other.Execute("ROLLBACK");
        }

        await broker.PublishAsync(Message.Of(Topic, "stored"), Cancellation);
        Assert.Equal("stored", await inbox.NextTextAsync());
    }

    [Theory]
    [InlineData("\"connectionString\" is required")]
    [InlineData("\"connectionString\" should name a file", "connectionString", ":memory:")]
    [InlineData("\"maxInFlight\" is \"0\"", "connectionString", "x.db", "maxInFlight", "0")]
    [InlineData("\"concurrencyMode\" is \"double\"", "connectionString", "x.db", "concurrencyMode", "double")]
    public void A_bad_setting_is_named(string problem, params string[] settings)
    {
        var pairs = settings.Chunk(2).Select(pair => (pair[0], pair[1])).ToArray();

        var refusal = Assert.Throws<ComponentException>(() => new SqlitePubSub(Specs.Of("pubsub.sqlite", pairs), "a", TimeProvider.System, NullLogger.Instance));

        Assert.Contains(problem, refusal.Message);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5000), Cancellation);
        await using var broker = Create("a");

        var refusal = await Assert.ThrowsAsync<ComponentException>(() => broker.InitAsync(Cancellation));

        Assert.Equal($"{File} cannot be opened: file is not a database", refusal.Message);
    }

    protected override ValueTask CleanUpAsync()
    {
        Directory.Delete(directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private SqlitePubSub Create(string appId, params (string, string)[] settings) =>
        new(Specs.Of("pubsub.sqlite", [("connectionString", File), .. settings]), appId, TimeProvider.System, NullLogger.Instance);

}
