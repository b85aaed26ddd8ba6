using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.PubSub;
using Sidecar.PubSub.Publishing;
using Sidecar.Tests.Grpc;
using Sidecar.Tests.PubSub.Brokers;

namespace Sidecar.Tests.PubSub.Publishing;

public sealed class PubSubGrpcTests
{
    [Fact]
    public async Task An_event_travels_in_an_envelope()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await PublishAsync(host, new PublishEventRequest { PubsubName = "pubsub", Topic = "t", Data = ByteString.CopyFromUtf8("""{"n":1}"""), DataContentType = "application/json", Metadata = { ["cloudevent.id"] = "mine" } });

        Assert.Equal(("mine", "1"), (Text(host.Broker.OnlyEnvelope, "id"), host.Broker.OnlyEnvelope.GetProperty("data").GetProperty("n").GetRawText()));
        Assert.Equal("mine", Assert.Single(host.Broker.Published).Metadata["cloudevent.id"]);
    }

    [Fact]
    public async Task An_event_without_anything_is_an_empty_text()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await PublishAsync(host, new PublishEventRequest { PubsubName = "pubsub", Topic = "t" });

        Assert.Equal(("text/plain", ""), (Text(host.Broker.OnlyEnvelope, "datacontenttype"), Text(host.Broker.OnlyEnvelope, "data")));
        Assert.True(MessageMetadata.IsNone(Assert.Single(host.Broker.Published).Metadata));
    }

    [Fact]
    public async Task A_raw_event_carries_its_trace_in_the_metadata()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await PublishAsync(host, new PublishEventRequest { PubsubName = "pubsub", Topic = "t", Data = ByteString.CopyFromUtf8("x"), Metadata = { ["rawPayload"] = "true" } });

        var message = Assert.Single(host.Broker.Published);
        Assert.Equal("x", message.Text());
        Assert.Equal([("rawPayload", "true"), ("traceid", ""), ("tracestate", "")], message.Metadata.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Theory]
    [InlineData("", "t", GrpcCode.InvalidArgument, "pubsub name is empty")]
    [InlineData("nope", "t", GrpcCode.InvalidArgument, "pubsub nope is not found")]
    [InlineData("pubsub", "", GrpcCode.InvalidArgument, "topic is empty in pubsub pubsub")]
    [InlineData("pubsub", "forbidden", GrpcCode.PermissionDenied, "topic forbidden is not allowed for app id truth-a")]
    [InlineData("pubsub", "broken", GrpcCode.Internal, "error when publishing to topic broken in pubsub pubsub: no room")]
    public async Task Refusals_are_statuses_of_grpc(string pubsub, string topic, GrpcCode code, string message)
    {
        await using var host = await PubSubHost.PublishingAsync(new() { Metadata = new Dictionary<string, string> { ["protectedTopics"] = "forbidden" } });
        host.Broker.Publishing = static message => _ = message.Topic == "broken" ? throw new BrokerException("no room") : 0;

        var refusal = await Assert.ThrowsAsync<GrpcException>(() => PublishAsync(host, new PublishEventRequest { PubsubName = pubsub, Topic = topic }));

        Assert.Equal((code, message), (refusal.Code, refusal.Message));
    }

    [Theory]
    [InlineData("BulkPublishEvent")]
    [InlineData("BulkPublishEventAlpha1")]
    public async Task Each_entry_is_a_message_of_its_own(string method)
    {
        await using var host = await PubSubHost.PublishingAsync();
        var request = new Protos.BulkPublishRequest { PubsubName = "pubsub", Topic = "t", Metadata = { ["a"] = "request" } };
        request.Entries.Add(new BulkPublishRequestEntry { EntryId = "1", Event = ByteString.CopyFromUtf8("""{"a":9007199254740993}"""), ContentType = "application/json" });
        request.Entries.Add(new BulkPublishRequestEntry { EntryId = "2", Event = ByteString.CopyFromUtf8("x"), ContentType = "text/plain", Metadata = { ["b"] = "own" } });

        await using var api = await ListenAsync(host);
        var reply = await api.Channel.UnaryAsync(GrpcMethods.Dapr + method, request, BulkPublishResponse.Parser, default, TestContext.Current.CancellationToken);

        Assert.Empty(reply.Message.FailedEntries);
        Assert.Equal("""{"a":9007199254740993}""", JsonDocument.Parse(host.Broker.Published.First().Data).RootElement.GetProperty("data").GetRawText());
        Assert.Equal(["a", "b"], host.Broker.Published.Last().Metadata.Keys.Order());
    }

    [Fact]
    public async Task A_bulk_publish_with_one_id_twice_is_refused()
    {
        await using var host = await PubSubHost.PublishingAsync();
        var request = new Protos.BulkPublishRequest { PubsubName = "pubsub", Topic = "t", Entries = { new BulkPublishRequestEntry { EntryId = "1" }, new BulkPublishRequestEntry { EntryId = "1" } } };

        await using var api = await ListenAsync(host);
        var refusal = await Assert.ThrowsAsync<GrpcException>(async () =>
            await api.Channel.UnaryAsync(GrpcMethods.Dapr + "BulkPublishEvent", request, BulkPublishResponse.Parser, default, TestContext.Current.CancellationToken));

        Assert.Equal((GrpcCode.InvalidArgument, "error marshaling events to bytes for topic t pubsub pubsub. error: entryId is duplicated or not present for entry"), (refusal.Code, refusal.Message));
        Assert.Empty(host.Broker.Published);
    }

    [Fact]
    public async Task A_bulk_publish_of_which_something_failed_has_failed()
    {
        await using var host = await PubSubHost.PublishingAsync();
        host.Broker.Publishing = static message => _ = message.ContentType == "text/bad" ? throw new BrokerException("no room") : 0;
        var request = new Protos.BulkPublishRequest { PubsubName = "pubsub", Topic = "t" };
        request.Entries.Add(new BulkPublishRequestEntry { EntryId = "1", ContentType = "text/good" });
        request.Entries.Add(new BulkPublishRequestEntry { EntryId = "2", ContentType = "text/bad" });

        await using var api = await ListenAsync(host);
        var refusal = await Assert.ThrowsAsync<GrpcException>(async () =>
            await api.Channel.UnaryAsync(GrpcMethods.Dapr + "BulkPublishEvent", request, BulkPublishResponse.Parser, default, TestContext.Current.CancellationToken));

        Assert.Equal((GrpcCode.Internal, "error when publishing to topic t in pubsub pubsub: no room"), (refusal.Code, refusal.Message));
        Assert.Single(host.Broker.Published);
    }

    private static async Task PublishAsync(PubSubHost host, PublishEventRequest request)
    {
        await using var api = await ListenAsync(host);
        await api.Channel.UnaryAsync(GrpcMethods.Dapr + "PublishEvent", request, Empty.Parser, default, TestContext.Current.CancellationToken);
    }

    private static Task<GrpcHost> ListenAsync(PubSubHost host) => GrpcHost.StartAsync(new PubSubGrpc(host.Runtime.Api, host.Tracer).Register);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
