using System.Text;
using Dapr;
using Dapr.Client;
using Sdk.Tests.Ground;

namespace Sdk.Tests.AspNetCore;

/// <summary>What is published through the SDK, as the app's endpoints get it from the sidecar.</summary>
public sealed class DeliveryTests(Rig rig)
{
    private readonly DaprClient client = rig.Client;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Data_arrives_without_its_envelope_and_the_envelope_as_headers()
    {
        var id = Rig.Key();
        await client.PublishEventAsync(Components.PubSub, OrdersApp.Plain, new Order(1, id), Cancellation);
        var arrival = await ArrivalAsync(OrdersApp.Plain, id);
        Assert.Equal($$"""{"orderId":1,"name":"{{id}}"}""", arrival.Body);
        Assert.Equal("application/json", arrival.ContentType);
        Assert.Equal((Rig.AppId, OrdersApp.Plain), (arrival.Headers["Cloudevent.source"], arrival.Headers["Cloudevent.topic"]));
        Assert.False(arrival.Headers.ContainsKey("Cloudevent.pubsubname"));
        Assert.False(arrival.Headers.ContainsKey("Cloudevent.data"));
    }

    [Fact]
    public async Task Metadata_of_the_publisher_names_the_event()
    {
        var id = Rig.Key();
        await client.PublishEventAsync(Components.PubSub, OrdersApp.Plain, new Order(2, id), new Dictionary<string, string> { ["cloudevent.id"] = id, ["cloudevent.type"] = "taken" }, Cancellation);
        var arrival = await ArrivalAsync(OrdersApp.Plain, id);
        Assert.Equal((id, "taken"), (arrival.Headers["Cloudevent.id"], arrival.Headers["Cloudevent.type"]));
    }

    [Fact]
    public async Task A_CloudEvent_of_the_publishers_own_is_kept()
    {
        var id = Rig.Key();
        var own = new CloudEvent<Order>(new Order(3, id)) { Source = new Uri("urn:till:4"), Type = "order.taken", Subject = "order-3" };
        await client.PublishEventAsync(Components.PubSub, OrdersApp.Plain, own, Cancellation);
        var arrival = await ArrivalAsync(OrdersApp.Plain, id);
        Assert.Equal(("urn:till:4", "order.taken", "order-3"), (arrival.Headers["Cloudevent.source"], arrival.Headers["Cloudevent.type"], arrival.Headers["Cloudevent.subject"]));
    }

    [Fact]
    public async Task Text_that_is_not_JSON_arrives_as_text()
    {
        var text = $"good day {Rig.Key()}";
        await client.PublishByteEventAsync(Components.PubSub, OrdersApp.Plain, Encoding.UTF8.GetBytes(text), "text/plain", cancellationToken: Cancellation);
        var arrival = await ArrivalAsync(OrdersApp.Plain, text);
        Assert.Equal(("text/plain", text), (arrival.ContentType, arrival.Body));
    }

    [Fact]
    public async Task Bytes_arrive_as_bytes()
    {
        byte[] bytes = [1, 2, 3, .. Encoding.ASCII.GetBytes(Rig.Key())];
        await client.PublishByteEventAsync(Components.PubSub, OrdersApp.Plain, bytes, "application/octet-stream", new Dictionary<string, string> { ["ttlInSeconds"] = "60" }, Cancellation);
        var arrival = await ArrivalAsync(OrdersApp.Plain, Encoding.ASCII.GetString(bytes));
        Assert.Equal("application/octet-stream", arrival.ContentType);
    }

    [Fact]
    public async Task An_event_without_data_arrives_empty()
    {
        await client.PublishEventAsync(Components.PubSub, OrdersApp.Empty, Cancellation);
        await client.PublishEventAsync(Components.PubSub, OrdersApp.Empty, new Dictionary<string, string> { ["cloudevent.type"] = "second" }, Cancellation);
        var first = await rig.Inbox.NextAsync(OrdersApp.Empty);
        var second = await rig.Inbox.NextAsync(OrdersApp.Empty);
        Assert.Contains("second", new[] { first, second }.Select(arrival => arrival.Headers["Cloudevent.type"]));
    }

    [Fact]
    public async Task A_raw_payload_arrives_as_it_was_published()
    {
        var id = Rig.Key();
        await client.PublishEventAsync(Components.PubSub, OrdersApp.RawTopic, new Order(4, id), new Dictionary<string, string> { ["rawPayload"] = "true" }, Cancellation);
        var arrival = await ArrivalAsync(OrdersApp.RawTopic, id);
        Assert.Equal("application/octet-stream", arrival.ContentType);
        Assert.Equal($$"""{"orderId":4,"name":"{{id}}"}""", arrival.Body);
    }

    [Fact]
    public async Task What_an_endpoint_refuses_goes_to_the_dead_letter_topic()
    {
        var id = Rig.Key();
        await client.PublishEventAsync(Components.PubSub, OrdersApp.Refused, new Order(5, id), Cancellation);
        var arrival = await ArrivalAsync(OrdersApp.Parked, id);
        Assert.Equal($$"""{"orderId":5,"name":"{{id}}"}""", arrival.Body);
    }

    [Fact]
    public async Task Rules_choose_the_endpoint()
    {
        var (small, large) = (Rig.Key(), Rig.Key());
        await client.PublishEventAsync(Components.PubSub, OrdersApp.Ruled, new Order(6, small), Cancellation);
        await client.PublishEventAsync(Components.PubSub, OrdersApp.Ruled, new Order(600, large), Cancellation);
        await ArrivalAsync(OrdersApp.Ruled, small);
        await ArrivalAsync(OrdersApp.Ruled + "/large", large);
    }

    [Fact]
    public async Task Many_events_are_published_in_one_call_and_come_in_bulk()
    {
        var answer = await client.BulkPublishEventAsync(Components.PubSub, OrdersApp.Bulk, [new Order(11), new Order(12), new Order(13)], cancellationToken: Cancellation);
        Assert.Empty(answer.FailedEntries);
        var arrived = new List<string>();
        while (arrived.Count < 3)
        {
            arrived.AddRange((await rig.Inbox.NextAsync(OrdersApp.Bulk)).Body.Split(','));
        }

        Assert.Equal(["11", "12", "13"], arrived.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Bytes_are_published_in_bulk_as_they_are()
    {
        var text = Rig.Key();
        var answer = await client.BulkPublishEventAsync(Components.PubSub, OrdersApp.Plain, [Encoding.ASCII.GetBytes(text)], new Dictionary<string, string> { ["cloudevent.type"] = "bytes" }, Cancellation);
        Assert.Empty(answer.FailedEntries);
        Assert.Equal("application/octet-stream", (await ArrivalAsync(OrdersApp.Plain, text)).ContentType);
    }

    [Fact]
    public async Task A_controllers_topic_is_delivered_too()
    {
        var id = Rig.Key();
        await client.PublishEventAsync(Components.PubSub, OrdersController.Topic, new Order(7, id), Cancellation);
        Assert.Equal(id, (await ArrivalAsync(OrdersController.Topic, id)).Body);
    }

    /// <summary>Of tests that share a topic each looks for its own.</summary>
    private async Task<Arrival> ArrivalAsync(string place, string part)
    {
        while (true)
        {
            var arrival = await rig.Inbox.NextAsync(place);
            if (arrival.Body.Contains(part, StringComparison.Ordinal))
            {
                return arrival;
            }
        }
    }
}
