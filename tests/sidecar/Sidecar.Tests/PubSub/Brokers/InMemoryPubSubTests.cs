using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.PubSub;
using Sidecar.PubSub.InMemory;

namespace Sidecar.Tests.PubSub.Brokers;

public sealed class InMemoryPubSubTests : BrokerConformance
{
    // One per sidecar: nobody else hears of its messages, so the applications of a test share it.
    private readonly InMemoryPubSub shared = new(TimeProvider.System, NullLogger.Instance);

    protected override bool RedeliversFailedMessages => false;

    protected override bool KeepsMessagesForTheAbsent => false;

    protected override IPubSub Create(string appId, bool isSerial) => shared;

    [Fact]
    public async Task The_metadata_of_a_publish_arrives_with_the_message()
    {
        var inbox = await SubscribeAsync(shared, Topic);

        await shared.PublishAsync(Message.Of(Topic, "x", ("rawPayload", "true")), Cancellation);

        Assert.Equal("true", (await inbox.NextAsync()).Metadata["rawPayload"]);
    }

    [Theory]
    [InlineData("orders*", "orders.eu", true)]
    [InlineData("orders*", "orders", false)]
    [InlineData("orders*", "orders*", true)]
    [InlineData("*", "anything", true)]
    [InlineData("orders*", "other", false)]
    [InlineData("or*ders", "or.ders", false)]
    public async Task A_star_at_the_end_takes_longer_topics(string pattern, string published, bool arrives)
    {
        var inbox = await SubscribeAsync(shared, pattern);
        var all = await SubscribeAsync(shared, published);

        await shared.PublishAsync(Message.Of(published, "x"), Cancellation);
        await all.NextAsync();

        if (arrives)
        {
            Assert.Equal(pattern, (await inbox.NextAsync()).Topic);
        }
        else
        {
            Assert.True(inbox.IsEmpty);
        }
    }

    [Fact]
    public async Task A_publish_waits_behind_a_busy_handler_and_keeps_its_place_when_its_caller_leaves()
    {
        var release = new TaskCompletionSource();
        var inbox = await SubscribeAsync(shared, Topic, async (_, _) => await release.Task);
        await shared.PublishAsync(Message.Of(Topic, "first"), Cancellation);
        using var caller = new CancellationTokenSource();

        var second = shared.PublishAsync(Message.Of(Topic, "second"), caller.Token).AsTask();
        Assert.False(second.IsCompleted);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        release.SetResult();

        Assert.Equal("first", await inbox.NextTextAsync());
        Assert.Equal("second", await inbox.NextTextAsync());
    }
}
