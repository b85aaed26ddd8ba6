using System.Globalization;
using Sidecar.PubSub;

namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>What every broker does. A broker's own class says how it is opened and where it differs.</summary>
public abstract class BrokerConformance : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<IPubSub> open = [];

    protected virtual bool RedeliversFailedMessages => true;

    protected virtual bool KeepsMessagesForTheAbsent => true;

    protected string Topic { get; } = "topic-" + Guid.NewGuid();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The component as the sidecar of that application has it, handling one message at a time when told to.</summary>
    protected abstract IPubSub Create(string appId, bool isSerial);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in open)
        {
            await broker.DisposeAsync();
        }

        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_message_arrives_byte_for_byte()
    {
        var broker = await OpenAsync("a");
        var inbox = await SubscribeAsync(broker, Topic);
        var bytes = Enumerable.Range(0, 512).Select(number => (byte)number).ToArray();

        await broker.PublishAsync(new(Topic, bytes), Cancellation);
        await broker.PublishAsync(new(Topic, Array.Empty<byte>()), Cancellation);
        await broker.PublishAsync(new(Topic, new byte[1024 * 1024]), Cancellation);

        var arrived = new[] { await inbox.NextAsync(), await inbox.NextAsync(), await inbox.NextAsync() };
        Assert.Equal([0, 512, 1024 * 1024], arrived.Select(message => message.Data.Length).Order());
        Assert.Contains(arrived, message => message.Data.Span.SequenceEqual(bytes));
        Assert.All(arrived, message => Assert.Equal(Topic, message.Topic));
    }

    [Fact]
    public async Task Every_application_gets_its_own_copy()
    {
        var first = await OpenAsync("a");
        var second = await OpenAsync("b");
        var inboxes = new[] { await SubscribeAsync(first, Topic), await SubscribeAsync(second, Topic) };

        await first.PublishAsync(Message.Of(Topic, "hello"), Cancellation);

        foreach (var inbox in inboxes)
        {
            Assert.Equal("hello", await inbox.NextTextAsync());
        }
    }

    [Fact]
    public async Task Topics_are_apart()
    {
        var broker = await OpenAsync("a");
        var inbox = await SubscribeAsync(broker, Topic);

        await broker.PublishAsync(Message.Of(Topic + "-other", "not ours"), Cancellation);
        await broker.PublishAsync(Message.Of(Topic, "ours"), Cancellation);

        Assert.Equal("ours", await inbox.NextTextAsync());
    }

    [Fact]
    public async Task One_at_a_time_means_in_order()
    {
        var broker = await OpenAsync("a", isSerial: true);
        var inbox = await SubscribeAsync(broker, Topic);

        for (var number = 0; number < 200; number++)
        {
            await broker.PublishAsync(Message.Of(Topic, $"{number}"), Cancellation);
        }

        for (var number = 0; number < 200; number++)
        {
            Assert.Equal(number, int.Parse(await inbox.NextTextAsync(), CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_failed_message_comes_again_where_the_broker_keeps_it()
    {
        var failures = 0;
        var broker = await OpenAsync("a", isSerial: true);
        var inbox = await SubscribeAsync(broker, Topic, (message, _) =>
            message.Text() == "fails" && Interlocked.Increment(ref failures) == 1 ? throw new InvalidOperationException("not now") : default);

        await broker.PublishAsync(Message.Of(Topic, "fails"), Cancellation);
        Assert.Equal("fails", await inbox.NextTextAsync());
        if (RedeliversFailedMessages)
        {
            Assert.Equal("fails", await inbox.NextTextAsync());
        }

        await broker.PublishAsync(Message.Of(Topic, "next"), Cancellation);
        Assert.Equal("next", await inbox.NextTextAsync());
    }

    [Fact]
    public async Task A_handler_that_hangs_holds_up_no_other_topic()
    {
        var release = new TaskCompletionSource();
        var broker = await OpenAsync("a", isSerial: true);
        var stuck = await SubscribeAsync(broker, Topic, async (_, _) => await release.Task);
        var free = await SubscribeAsync(broker, Topic + "-free");

        await broker.PublishAsync(Message.Of(Topic, "hangs"), Cancellation);
        await stuck.NextAsync();
        await broker.PublishAsync(Message.Of(Topic + "-free", "flows"), Cancellation);

        Assert.Equal("flows", await free.NextTextAsync());
        release.SetResult();
    }

    [Fact]
    public async Task The_end_of_a_subscription_waits_for_its_handler_and_lets_nothing_more_in()
    {
        var release = new TaskCompletionSource();
        var broker = await OpenAsync("a", isSerial: true);
        var inbox = new Inbox(async (_, _) => await release.Task);
        var subscription = await broker.SubscribeAsync(new(Topic), inbox.HandleAsync, Cancellation);
        await broker.PublishAsync(Message.Of(Topic, "handled"), Cancellation);
        await inbox.NextAsync();

        var ending = subscription.DisposeAsync().AsTask();
        Assert.False(ending.IsCompleted);
        release.SetResult();
        await ending.WaitAsync(Patience, Cancellation);
        await broker.PublishAsync(Message.Of(Topic, "too late"), Cancellation);

        var next = await SubscribeAsync(broker, Topic);
        await broker.PublishAsync(Message.Of(Topic, "last"), Cancellation);
        Assert.Equal(KeepsMessagesForTheAbsent ? "too late" : "last", await next.NextTextAsync());
        Assert.True(inbox.IsEmpty);
    }

    [Fact]
    public async Task What_was_not_handled_when_a_subscription_ended_waits_for_the_next()
    {
        var broker = await OpenAsync("a", isSerial: true);
        var entered = new TaskCompletionSource();
        var inbox = new Inbox(async (_, _) =>
        {
            await entered.Task;
            throw new InvalidOperationException("the application is going down");
        });
        var subscription = await broker.SubscribeAsync(new(Topic), inbox.HandleAsync, Cancellation);
        await broker.PublishAsync(Message.Of(Topic, "unfinished"), Cancellation);
        await inbox.NextAsync();

        var ending = subscription.DisposeAsync();
        entered.SetResult();
        await ending;

        var next = await SubscribeAsync(broker, Topic);
        await broker.PublishAsync(Message.Of(Topic, "last"), Cancellation);
        Assert.Equal(RedeliversFailedMessages ? "unfinished" : "last", await next.NextTextAsync());
    }

    [Fact]
    public async Task A_message_expires_where_the_broker_says_so()
    {
        var broker = await OpenAsync("a");
        var expires = broker.Features.HasFlag(PubSubFeatures.MessageTtl);
        var first = new Inbox();
        var subscription = await broker.SubscribeAsync(new(Topic), first.HandleAsync, Cancellation);
        if (expires)
        {
            await subscription.DisposeAsync();
        }

        await broker.PublishAsync(Message.Of(Topic, "expired", ("ttlInSeconds", "0s")), Cancellation);
        await broker.PublishAsync(Message.Of(Topic, "fresh", ("ttlInSeconds", "60")), Cancellation);

        Assert.Equal(expires ? "fresh" : "expired", await (expires ? await SubscribeAsync(broker, Topic) : first).NextTextAsync());
    }

    [Fact]
    public async Task A_closed_component_takes_no_messages()
    {
        var broker = await OpenAsync("a");
        await broker.DisposeAsync();

        var refusal = await Assert.ThrowsAsync<BrokerException>(async () => await broker.PublishAsync(Message.Of(Topic, "late"), Cancellation));

        Assert.Equal("component is closed", refusal.Message);
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_under_load()
    {
        const int Count = 2000;
        var sender = await OpenAsync("a");
        var receiver = await OpenAsync("b");
        var inbox = await SubscribeAsync(receiver, Topic);
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation },
            async (number, cancellation) => await sender.PublishAsync(Message.Of(Topic, $"{number}"), cancellation));

        var arrived = new HashSet<string>();
        for (var number = 0; number < Count; number++)
        {
            Assert.True(arrived.Add(await inbox.NextTextAsync()));
        }

        Assert.True(inbox.IsEmpty);
    }

    protected Task<IPubSub> OpenAsync(string appId, bool isSerial = false) => OpenAsync(Create(appId, isSerial));

    protected async Task<IPubSub> OpenAsync(IPubSub broker)
    {
        open.Add(broker);
        await broker.InitAsync(Cancellation);
        return broker;
    }

    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    private protected static async Task<Inbox> SubscribeAsync(IPubSub broker, string topic, Func<BrokerMessage, CancellationToken, ValueTask>? reaction = null)
    {
        var inbox = new Inbox(reaction);
        await broker.SubscribeAsync(new(topic), inbox.HandleAsync, Cancellation);
        return inbox;
    }
}
