using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.PubSub;
using Sidecar.PubSub.InMemory;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Telemetry.Tracing;
using Sidecar.Tests.PubSub.Brokers;

namespace Sidecar.Tests.PubSub.Delivery;

public sealed class BulkDeliveryTests
{
    private const string Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task Messages_that_come_together_go_to_the_app_in_one_call()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, _ => "SUCCESS")));
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 2));

        var first = host.Broker.DeliverAsync(Message.Of("t", """{"id":"1","data":9007199254740993}""", ("a", "b")));
        var second = host.Broker.DeliverAsync(new BrokerMessage("t", """{"id":"2","x":"<"}"""u8.ToArray()) { Metadata = MessageMetadata.None, ContentType = "application/json" });

        Assert.Equal([null, null], await Task.WhenAll(first, second));
        var call = await app.NextAsync();
        Assert.Equal(("/d", "application/json", "pubsub"), (call.Path, call.Headers["content-type"], call.Headers["pubsubname"]));
        var body = JsonNode.Parse(call.Body)!;
        Assert.Equal(["entries", "id", "metadata", "pubsubname", "topic", "type"], body.AsObject().Select(member => member.Key));
        Assert.Equal(("""{"pubsubName":"pubsub"}""", "pubsub", "t", "com.dapr.event.sent.bulk"), (body["metadata"]!.ToJsonString(), (string?)body["pubsubname"], (string?)body["topic"], (string?)body["type"]));
        var entries = body["entries"]!.AsArray().OrderBy(entry => (string?)entry!["event"]!["id"], StringComparer.Ordinal).ToList();
        Assert.Equal(("application/cloudevents+json", """{"a":"b"}""", """{"id":"1","data":9007199254740992}"""), ((string?)entries[0]!["contentType"], entries[0]!["metadata"]!.ToJsonString(), entries[0]!["event"]!.ToJsonString()));
        Assert.Equal(("application/json", null, "<"), ((string?)entries[1]!["contentType"], entries[1]!["metadata"], (string?)entries[1]!["event"]!["x"]));
    }

    [Fact]
    public async Task A_batch_that_does_not_fill_goes_when_its_first_message_has_waited_long_enough()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, _ => "SUCCESS")));
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 10, waitMs: 20));

        Assert.Null(await host.Broker.DeliverAsync("t", "{}"));

        Assert.Single(Entries(await app.NextAsync()));
    }

    [Fact]
    public async Task A_broker_that_delivers_one_by_one_makes_batches_of_one()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, _ => "SUCCESS")));
        await using var broker = new InMemoryPubSub(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 10, waitMs: 20) with { Broker = broker });

        await broker.PublishAsync(Message.Of("t", """{"id":"1"}"""), TestContext.Current.CancellationToken);
        await broker.PublishAsync(Message.Of("t", """{"id":"2"}"""), TestContext.Current.CancellationToken);

        Assert.Equal("1", Assert.Single(Entries(await app.NextAsync()))["event"]!["id"]!.GetValue<string>());
        Assert.Equal("2", Assert.Single(Entries(await app.NextAsync()))["event"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Each_message_ends_as_the_app_says()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, id => id switch { "ok" => "SUCCESS", "drop" => "DROP", "retry" => "RETRY", "odd" => "WHAT", _ => null })));
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 5));

        var ends = await DeliverAsync(host, "ok", "drop", "retry", "odd", "silent");

        Assert.Equal([true, true, false, false, false], ends);
        Assert.Empty(host.Broker.Published);
    }

    [Fact]
    public async Task What_failed_or_was_dropped_becomes_dead_letters_and_is_done()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, id => id == "ok" ? "SUCCESS" : id == "drop" ? "DROP" : "RETRY")));
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 3, deadLetters: true));

        Assert.Equal([true, true, true], await DeliverAsync(host, "ok", "drop", "retry"));

        Assert.Equal(["""{"id":"drop"}""", """{"id":"retry"}"""], host.Broker.DeadLetters.Order());
    }

    [Theory]
    [InlineData(200, "", false)]
    [InlineData(200, "no json", false)]
    [InlineData(200, """{"statuses":[{"entryId":5}]}""", false)]
    [InlineData(200, "{}", false)]
    [InlineData(500, "", false)]
    [InlineData(404, "", true)]
    public async Task An_answer_to_all_is_an_answer_to_each(int status, string body, bool isSettled)
    {
        await using var app = await TestApp.StartAsync();
        app.Says(status, body);
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 2));

        Assert.Equal([isSettled, isSettled], await DeliverAsync(host, "a", "b"));
    }

    [Fact]
    public async Task Only_what_failed_is_sent_again()
    {
        await using var app = await TestApp.StartAsync();
        var calls = 0;
        app.Answer = call => Task.FromResult((200, Statuses(call, id => ++calls < 3 && id == "b" ? "RETRY" : "SUCCESS")));
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 2) with { Inbound = new Tries(5) });

        Assert.Equal([true, true], await DeliverAsync(host, "a", "b"));

        Assert.Equal(2, Entries(await app.NextAsync()).Count);
        Assert.Equal("b", (string?)Assert.Single(Entries(await app.NextAsync()))["event"]!["id"]);
    }

    [Fact]
    public async Task Rules_split_a_batch()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, _ => "SUCCESS")));
        var routed = Bulk(most: 3);
        await using var host = await PubSubHost.DeliveringAsync(app, routed with { Declared = [routed.Declared[0] with { Routes = [new("event.id == 'a'", "/a"), new("event.id == 'b'", "/b")] }] });

        Assert.Equal([true, true, true], await DeliverAsync(host, "a", "b", "c"));

        var paths = new[] { (await app.NextAsync()).Path, (await app.NextAsync()).Path, (await app.NextAsync()).Path };
        Assert.Equal(["/", "/a", "/b"], paths.Order());
    }

    [Fact]
    public async Task What_is_no_envelope_fails_alone()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, _ => "SUCCESS")));
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 2, deadLetters: true));

        var ends = await Task.WhenAll(host.Broker.DeliverAsync("t", "{}"), host.Broker.DeliverAsync("t", "no json"));

        Assert.Equal([null, null], ends);
        Assert.Equal(["no json"], host.Broker.DeadLetters);
    }

    [Fact]
    public async Task Raw_messages_travel_in_base64()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, JsonSerializer.Serialize(new { statuses = Entries(call).Select(entry => new { entryId = (string?)entry["entryId"], status = "SUCCESS" }) })));
        var raw = Bulk(most: 1);
        await using var host = await PubSubHost.DeliveringAsync(app, raw with { Declared = [raw.Declared[0] with { Metadata = new Dictionary<string, string> { ["rawPayload"] = "true" } }] });

        Assert.Null(await host.Broker.DeliverAsync("t", "abc"));

        var entry = Assert.Single(Entries(await app.NextAsync()));
        Assert.Equal(("YWJj", "application/octet-stream"), ((string?)entry["event"], (string?)entry["contentType"]));
    }

    [Fact]
    public async Task The_call_belongs_to_the_trace_of_the_last_message()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, _ => "SUCCESS")));
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 1) with { Tracing = new TracingSettings { SamplingRate = "1" } });

        await host.Broker.DeliverAsync("t", $$"""{"traceparent":"{{Traceparent}}"}""");

        Assert.StartsWith(Traceparent[..36], (await app.NextAsync()).Headers["traceparent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_deliveries_stop_a_batch_does_not_wait_to_fill()
    {
        await using var app = await TestApp.StartAsync();
        app.Answer = call => Task.FromResult((200, Statuses(call, _ => "SUCCESS")));
        await using var host = await PubSubHost.DeliveringAsync(app, Bulk(most: 10, waitMs: 600_000));
        var delivery = host.Broker.DeliverAsync("t", "{}");

        await host.Runtime.StopAsync();

        Assert.Null(await delivery);
    }

    private static PubSubHostOptions Bulk(int most, int waitMs = 60_000, bool deadLetters = false) => new()
    {
        Declared =
        [
            new SubscriptionSpec("pubsub", "t")
            {
                Routes = [new("", "/d")],
                DeadLetterTopic = deadLetters ? "dead" : "",
                BulkSubscribe = new BulkSubscribeSpec(Enabled: true, most, waitMs),
            },
        ],
    };

    private static async Task<IEnumerable<bool>> DeliverAsync(PubSubHost host, params string[] ids)
    {
        var ends = await Task.WhenAll(ids.Select(id => host.Broker.DeliverAsync("t", $$"""{"id":"{{id}}"}""")));
        return ends.Select(end => end is null);
    }

    private static List<JsonNode> Entries(AppCall call) => [.. JsonNode.Parse(call.Body)!["entries"]!.AsArray().Select(entry => entry!)];

    /// <summary>By the id of the event; nothing is said of an entry whose status is null.</summary>
    private static string Statuses(AppCall call, Func<string?, string?> status) => JsonSerializer.Serialize(new
    {
        statuses = Entries(call)
            .Select(entry => new { entryId = (string?)entry["entryId"], status = status((string?)entry["event"]!["id"]) })
            .Where(entry => entry.status is not null)
            .Prepend(new { entryId = (string?)"nobody", status = (string?)"SUCCESS" }),
    });
}
