using System.Text.Json;
using Sidecar.PubSub;
using Sidecar.Telemetry.Tracing;
using Sidecar.Tests.PubSub.Brokers;

namespace Sidecar.Tests.PubSub.Publishing;

public sealed class PublishingTests
{
    private const string Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Path = "/v1.0/publish/pubsub/t";

    [Fact]
    public async Task A_json_object_travels_in_an_envelope_of_its_own()
    {
        await using var host = await PubSubHost.PublishingAsync();

        Assert.Equal(204, (await host.PostAsync("/v1.0/publish/pubsub/t-success", """{"n": 1}""")).Status);

        var message = Assert.Single(host.Broker.Published);
        var envelope = host.Broker.OnlyEnvelope;
        Assert.Equal("t-success", message.Topic);
        Assert.Equal(
            ["data", "datacontenttype", "id", "pubsubname", "source", "specversion", "time", "topic", "traceid", "traceparent", "tracestate", "type"],
            envelope.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""{"n":1}""", envelope.GetProperty("data").GetRawText());
        Assert.True(Guid.TryParse(Text(envelope, "id"), out _));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$", Text(envelope, "time"));
        Assert.Equal(
            ("application/json", "pubsub", "truth-a", "1.0", "t-success", "com.dapr.event.sent"),
            (Text(envelope, "datacontenttype"), Text(envelope, "pubsubname"), Text(envelope, "source"), Text(envelope, "specversion"), Text(envelope, "topic"), Text(envelope, "type")));
        Assert.Equal(("", "", ""), (Text(envelope, "traceid"), Text(envelope, "traceparent"), Text(envelope, "tracestate")));
    }

    [Theory]
    [InlineData("application/json", "9007199254740993", "9007199254740993")]
    [InlineData("application/json", "[1.50, 1E5, -0]", "[1.50,1E5,-0]")]
    [InlineData("application/json; charset=utf-8", " { \"a\" : [ true , null ] } ", """{"a":[true,null]}""")]
    [InlineData("APPLICATION/JSON", "\"x\"", "\"x\"")]
    [InlineData("application/json", "{\"a\":1} and more", """{"a":1}""")]
    [InlineData("application/json", "{broken", "\"{broken\"")]
    [InlineData("application/json", "", "\"\"")]
    [InlineData("application/problem+json", """{"a":1}""", "\"{\\\"a\\\":1}\"")]
    [InlineData("text/plain", "hello", "\"hello\"")]
    [InlineData("application/xml", "<a/>", "\"\\u003ca/\\u003e\"")]
    [InlineData("application/json", "\"<&>\\u003c\\/\\ud83d\\ude00\"", "\"\\u003c\\u0026\\u003e\\u003c/😀\"")]
    public async Task Data_is_what_the_content_type_makes_of_the_body(string contentType, string body, string data)
    {
        await using var host = await PubSubHost.PublishingAsync();

        Assert.Equal(204, (await host.PostAsync(Path, body, contentType)).Status);

        Assert.Equal(data, host.Broker.OnlyEnvelope.GetProperty("data").GetRawText());
        Assert.Equal(contentType, Text(host.Broker.OnlyEnvelope, "datacontenttype"));
    }

    [Fact]
    public async Task A_body_without_content_type_is_text()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await host.PostAsync(Path, """{"a":1}""", contentType: null);

        Assert.Equal(("text/plain", """{"a":1}"""), (Text(host.Broker.OnlyEnvelope, "datacontenttype"), Text(host.Broker.OnlyEnvelope, "data")));
    }

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("application/cloudevents+protobuf")]
    [InlineData("application/x-protobuf")]
    public async Task Bytes_travel_in_base64(string contentType)
    {
        await using var host = await PubSubHost.PublishingAsync();
        using var content = new ByteArrayContent([0x08, 0x96, 0x01]);
        content.Headers.ContentType = new(contentType);

        await host.SendAsync(Path, content);

        Assert.Equal("CJYB", Text(host.Broker.OnlyEnvelope, "data_base64"));
        Assert.False(host.Broker.OnlyEnvelope.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task Broken_utf8_becomes_replacement_characters()
    {
        await using var host = await PubSubHost.PublishingAsync();
        using var content = new ByteArrayContent([.. "a"u8, 0xe2, 0x82, .. "b"u8]);
        content.Headers.ContentType = new("text/plain");

        await host.SendAsync(Path, content);

        Assert.Equal("a\ufffd\ufffdb", Text(host.Broker.OnlyEnvelope, "data"));
    }

    [Fact]
    public async Task Metadata_overrides_members_of_the_envelope_in_any_case()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await host.PostAsync($"{Path}?metadata.cloudevent.id=my-id&metadata.CloudEvent.Type=my.type&metadata.cloudevent.source=my-source&metadata.cloudevent.subject=subj&metadata.cloudevent.traceid=tid&metadata.cloudevent.tracestate=a%3Db&metadata.cloudevent.custom=c", """{"n":2}""");

        var envelope = host.Broker.OnlyEnvelope;
        Assert.Equal(
            ("my-id", "my.type", "my-source", "subj", "tid", "tid", "a=b"),
            (Text(envelope, "id"), Text(envelope, "type"), Text(envelope, "source"), Text(envelope, "subject"), Text(envelope, "traceid"), Text(envelope, "traceparent"), Text(envelope, "tracestate")));
        Assert.Equal("c", Assert.Single(host.Broker.Published).Metadata["cloudevent.custom"]);
    }

    [Fact]
    public async Task An_empty_override_asks_for_the_default()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await host.PostAsync($"{Path}?metadata.cloudevent.source=&metadata.cloudevent.type=&metadata.cloudevent.id=", "1");

        Assert.Equal(("Dapr", "com.dapr.event.sent", 36), (Text(host.Broker.OnlyEnvelope, "source"), Text(host.Broker.OnlyEnvelope, "type"), Text(host.Broker.OnlyEnvelope, "id").Length));
    }

    [Fact]
    public async Task The_callers_trace_goes_into_the_envelope()
    {
        await using var host = await PubSubHost.PublishingAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Headers = { { "traceparent", Traceparent }, { "tracestate", "k=v" } } };

        await host.SendAsync(request);

        var envelope = host.Broker.OnlyEnvelope;
        Assert.Equal((Traceparent, Traceparent, "k=v"), (Text(envelope, "traceid"), Text(envelope, "traceparent"), Text(envelope, "tracestate")));
    }

    [Fact]
    public async Task A_span_of_the_sidecar_goes_into_the_envelope()
    {
        await using var host = await PubSubHost.PublishingAsync(new() { Tracing = new TracingSettings { SamplingRate = "1" } });
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Headers = { { "traceparent", Traceparent } } };

        await host.SendAsync(request);

        var traceparent = Text(host.Broker.OnlyEnvelope, "traceparent");
        Assert.StartsWith(Traceparent[..36], traceparent, StringComparison.Ordinal);
        Assert.NotEqual(Traceparent, traceparent);
    }

    [Fact]
    public async Task A_cloudevent_passes_with_its_members_and_gets_what_it_lacks()
    {
        await using var host = await PubSubHost.PublishingAsync();
        const string Event = """{"specversion":"1.0","data":{"x":9007199254740993},"ext1":"v","topic":"other","pubsubname":"other","traceparent":"gone","type":null}""";

        Assert.Equal(204, (await host.PostAsync($"{Path}?metadata.cloudevent.id=ignored", Event, "application/cloudevents+json; charset=utf-8")).Status);

        var envelope = host.Broker.OnlyEnvelope;
        Assert.Equal(
            ("Dapr", "com.dapr.event.sent", "1.0", "t", "pubsub", "v", "", "", ""),
            (Text(envelope, "source"), Text(envelope, "type"), Text(envelope, "specversion"), Text(envelope, "topic"), Text(envelope, "pubsubname"), Text(envelope, "ext1"), Text(envelope, "traceid"), Text(envelope, "traceparent"), Text(envelope, "tracestate")));
        Assert.Equal("""{"x":9007199254740993}""", envelope.GetProperty("data").GetRawText());
        Assert.False(envelope.TryGetProperty("id", out _));
        Assert.True(envelope.TryGetProperty("time", out _));
        Assert.Equal(envelope.EnumerateObject().Count(), envelope.EnumerateObject().DistinctBy(member => member.Name).Count());
    }

    [Fact]
    public async Task A_cloudevent_keeps_its_own_trace_time_and_names()
    {
        await using var host = await PubSubHost.PublishingAsync();
        const string Event = """{"id":"i","source":"me","type":"t","time":"then","traceid":"x","tracestate":"s","datacontenttype":"application/json"}""";

        await host.PostAsync(Path, Event, "application/cloudevents+json");

        var envelope = host.Broker.OnlyEnvelope;
        Assert.Equal(("i", "me", "t", "then", "x", "s"), (Text(envelope, "id"), Text(envelope, "source"), Text(envelope, "type"), Text(envelope, "time"), Text(envelope, "traceid"), Text(envelope, "tracestate")));
        Assert.False(envelope.TryGetProperty("traceparent", out _));
    }

    [Theory]
    [InlineData("[1]", "json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData("{nope", "invalid character 'n' looking for beginning of object key string")]
    [InlineData("", "EOF")]
    public async Task A_body_that_is_no_cloudevent_is_refused(string body, string reason)
    {
        await using var host = await PubSubHost.PublishingAsync();

        var (status, answer) = await host.PostAsync(Path, body, "application/cloudevents+json");

        Assert.Equal((500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent"), (status, Text(answer, "errorCode"), Text(answer, "message")));
        Assert.Equal(reason, Text(answer.GetProperty("details")[1].GetProperty("metadata"), "error"));
    }

    [Fact]
    public async Task A_raw_payload_goes_out_as_it_came()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await host.PostAsync($"{Path}?metadata.rawPayload=true", "{ \"n\": 3}");

        var message = Assert.Single(host.Broker.Published);
        Assert.Equal("{ \"n\": 3}", message.Text());
        Assert.Equal("true", message.Metadata["rawPayload"]);
    }

    [Fact]
    public async Task A_raw_payload_that_is_neither_true_nor_false_is_refused()
    {
        await using var host = await PubSubHost.PublishingAsync();

        var (status, answer) = await host.PostAsync($"{Path}?metadata.rawPayload=yes", "1");

        Assert.Equal((400, "ERR_PUBSUB_REQUEST_METADATA"), (status, Text(answer, "errorCode")));
        Assert.Equal("failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is 'yes'", Text(answer, "message"));
        Assert.Equal("yes", Text(answer.GetProperty("details")[1].GetProperty("metadata"), "rawPayload"));
    }

    [Theory]
    [InlineData("ttlInSeconds=60", 60)]
    [InlineData("ttl=1h30m", 5400)]
    public async Task A_time_to_live_becomes_an_expiration_where_the_broker_knows_none(string ttl, int seconds)
    {
        await using var host = await PubSubHost.PublishingAsync();

        await host.PostAsync($"{Path}?metadata.{ttl}", "1");

        var left = DateTimeOffset.Parse(Text(host.Broker.OnlyEnvelope, "expiration")) - TimeProvider.System.GetUtcNow();
        Assert.InRange(left.TotalSeconds, seconds - 20, seconds + 1);
        Assert.EndsWith("Z", Text(host.Broker.OnlyEnvelope, "expiration"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ttlInSeconds=60", PubSubFeatures.MessageTtl)]
    [InlineData("ttlInSeconds=soon", PubSubFeatures.None)]
    [InlineData("ttlInSeconds=-1", PubSubFeatures.None)]
    public async Task Otherwise_there_is_no_expiration(string ttl, PubSubFeatures features)
    {
        await using var host = await PubSubHost.PublishingAsync(broker: new RecordingBroker(features));

        await host.PostAsync($"{Path}?metadata.{ttl}", "1");

        Assert.False(host.Broker.OnlyEnvelope.TryGetProperty("expiration", out _));
    }

    [Fact]
    public async Task A_topic_may_hold_slashes_and_the_namespace_stands_before_it()
    {
        await using var host = await PubSubHost.PublishingAsync(new() { TopicPrefix = "ns" });

        await host.PostAsync("/v1.0/publish/pubsub/a/b%2Fc", "1");

        Assert.Equal("nsa/b/c", Assert.Single(host.Broker.Published).Topic);
        Assert.Equal("a/b/c", Text(host.Broker.OnlyEnvelope, "topic"));
    }

    [Fact]
    public async Task An_unknown_broker_is_not_found()
    {
        await using var host = await PubSubHost.PublishingAsync();

        var (status, answer) = await host.PostAsync("/v1.0/publish/nope/t?metadata.a=b", "1");

        Assert.Equal(404, status);
        Assert.Equal(
            """{"errorCode":"ERR_PUBSUB_NOT_FOUND","message":"pubsub nope is not found","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","metadata":{"a":"b"},"reason":"DAPR_PUBSUB_NOT_FOUND"}]}""",
            answer.GetRawText());
    }

    [Fact]
    public async Task What_the_broker_says_comes_back()
    {
        await using var host = await PubSubHost.PublishingAsync();
        host.Broker.Publishing = static _ => throw new BrokerException("no room");

        var (status, answer) = await host.PostAsync(Path, "1");

        Assert.Equal((500, "ERR_PUBSUB_PUBLISH_MESSAGE", "error when publishing to topic t in pubsub pubsub: no room"), (status, Text(answer, "errorCode"), Text(answer, "message")));
        Assert.Equal("""{"error":"no room","topic":"t"}""", answer.GetProperty("details")[1].GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused()
    {
        await using var host = await PubSubHost.PublishingAsync(new() { MaxBodySize = 10 });

        var (status, answer) = await host.PostAsync(Path, "\"0123456789\"");

        Assert.Equal((500, "error when publishing to topic t in pubsub pubsub: stream too large"), (status, Text(answer, "message")));
    }

    [Theory]
    [InlineData("publishingScopes", "truth-a=t1, t2;other=t", "t1", 204)]
    [InlineData("publishingScopes", "truth-a=t1,t2;other=t", "t", 403)]
    [InlineData("publishingScopes", "truth-a=", "t", 403)]
    [InlineData("publishingScopes", "other=t1", "t", 204)]
    [InlineData("PUBLISHINGSCOPES", "truth-a=t1", "T1", 403)]
    [InlineData("allowedTopics", "t1,t2", "t2", 204)]
    [InlineData("allowedTopics", "t1,t2", "t", 403)]
    [InlineData("protectedTopics", "t", "t", 403)]
    [InlineData("protectedTopics", "t", "t1", 204)]
    public async Task Scopes_say_who_may_publish_where(string setting, string value, string topic, int expected)
    {
        await using var host = await PubSubHost.PublishingAsync(new() { Metadata = new Dictionary<string, string> { [setting] = value } });

        var (status, answer) = await host.PostAsync($"/v1.0/publish/pubsub/{topic}", "1");

        Assert.Equal(expected, status);
        if (status == 403)
        {
            Assert.Equal(("ERR_PUBSUB_FORBIDDEN", $"topic {topic} is not allowed for app id truth-a"), (Text(answer, "errorCode"), Text(answer, "message")));
        }
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
