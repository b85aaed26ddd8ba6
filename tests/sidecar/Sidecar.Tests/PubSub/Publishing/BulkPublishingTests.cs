using System.Text.Json;
using Sidecar.PubSub;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;
using Sidecar.Tests.PubSub.Brokers;

namespace Sidecar.Tests.PubSub.Publishing;

public sealed class BulkPublishingTests
{
    private const string Path = "/v1.0/publish/bulk/pubsub/t";

    [Theory]
    [InlineData("/v1.0/publish/bulk/pubsub/t")]
    [InlineData("/v1.0-alpha1/publish/bulk/pubsub/t")]
    public async Task Each_entry_is_a_message_of_its_own(string path)
    {
        await using var host = await PubSubHost.PublishingAsync();

        var (status, _) = await host.PostAsync(path, """
            [{"entryId":"e1","event":{"a":1},"contentType":"application/json"},
             {"EntryID":"e2","event":"text","contentType":"text/plain","metadata":{"cloudevent.id":"bulk-2"}},
             {"entryId":"e3","event":"AAH/","contentType":"application/octet-stream"},
             {"entryId":"e4","event":{"id":"own"},"contentType":"application/cloudevents+json"},
             {"entryId":"e5","contentType":"application/json"}]
            """);

        Assert.Equal(204, status);
        var envelopes = host.Broker.Published.Select(message => JsonDocument.Parse(message.Data).RootElement).ToList();
        Assert.Equal(["""{"a":1}""", "\"text\"", "", "", "null"], envelopes.Select(envelope => envelope.TryGetProperty("data", out var data) ? data.GetRawText() : ""));
        Assert.Equal(("bulk-2", "AAH/", "own"), (Text(envelopes[1], "id"), Text(envelopes[2], "data_base64"), Text(envelopes[3], "id")));
        Assert.Equal(["application/json", "text/plain", "application/octet-stream", "application/cloudevents+json", "application/json"], host.Broker.Published.Select(message => message.ContentType));
    }

    [Fact]
    public async Task Numbers_of_an_event_pass_through_a_float()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await host.PostAsync(Path, """[{"entryId":"1","event":[9007199254740993,1.0,1e21,-0],"contentType":"application/json"}]""");

        Assert.Equal("[9007199254740992,1,1e+21,-0]", host.Broker.OnlyEnvelope.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Metadata_of_the_request_reaches_only_entries_with_metadata()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await host.PostAsync($"{Path}?metadata.a=request&metadata.b=request", """
            [{"entryId":"1","event":1,"contentType":"application/json","metadata":{"a":"own"}},{"entryId":"2","event":1,"contentType":"application/json"}]
            """);

        var (first, second) = (host.Broker.Published.First(), host.Broker.Published.Last());
        Assert.Equal([("a", "own"), ("b", "request")], first.Metadata.Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Empty(second.Metadata);
    }

    [Fact]
    public async Task A_raw_request_wraps_nothing()
    {
        await using var host = await PubSubHost.PublishingAsync();

        await host.PostAsync($"{Path}?metadata.rawPayload=true", """[{"entryId":"1","event":{"a" : 1},"contentType":"application/json"}]""");

        Assert.Equal("""{"a":1}""", Assert.Single(host.Broker.Published).Text());
    }

    [Theory]
    [InlineData("""[{"entryId":"e1","event":1,"contentType":"application/json"},{"entryId":"e1","event":2,"contentType":"application/json"}]""", "DAPR_PUBSUB_MARSHAL_EVENTS", "error marshaling events to bytes for topic t pubsub pubsub. error: entryId is duplicated or not present for entry")]
    [InlineData("""[{"event":1,"contentType":"application/json"}]""", "DAPR_PUBSUB_MARSHAL_EVENTS", "error marshaling events to bytes for topic t pubsub pubsub. error: entryId is duplicated or not present for entry")]
    [InlineData("""[{"entryId":"1","event":1,"contentType":"text/plain"}]""", "DAPR_PUBSUB_MARSHAL_ENVELOPE", "error when marshalling cloud event envelope for topic t pubsub pubsub: error: mismatch between contentType and event")]
    [InlineData("""[{"entryId":"1","event":1}]""", "DAPR_PUBSUB_MARSHAL_ENVELOPE", "error when marshalling cloud event envelope for topic t pubsub pubsub: error: mismatch between contentType and event")]
    [InlineData("""[{"entryId":"1","event":"??","contentType":"application/octet-stream"}]""", "DAPR_PUBSUB_MARSHAL_ENVELOPE", "error when marshalling cloud event envelope for topic t pubsub pubsub: error: unable to decode base64 application/octect-stream data: illegal base64 data at input byte 0")]
    [InlineData("""{"entryId":"1"}""", "DAPR_PUBSUB_UNMARSHAL_EVENTS", "error when unmarshaling the request for topic t pubsub pubsub: json: cannot unmarshal object into Go value of type []http.bulkPublishMessageEntry")]
    [InlineData("""[{"entryId":1}]""", "DAPR_PUBSUB_UNMARSHAL_EVENTS", "error when unmarshaling the request for topic t pubsub pubsub: json: cannot unmarshal number into Go struct field bulkPublishMessageEntry.entryId of type string")]
    [InlineData("[", "DAPR_PUBSUB_UNMARSHAL_EVENTS", "error when unmarshaling the request for topic t pubsub pubsub: unexpected EOF")]
    public async Task Bad_entries_are_refused_and_nothing_is_published(string body, string reason, string message)
    {
        await using var host = await PubSubHost.PublishingAsync();

        var (status, answer) = await host.PostAsync(Path, body);

        Assert.Equal((400, "ERR_PUBSUB_EVENTS_SER", message), (status, Text(answer, "errorCode"), Text(answer, "message")));
        Assert.Equal(reason, Text(answer.GetProperty("details")[1], "reason"));
        Assert.Empty(host.Broker.Published);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task No_entries_are_no_problem(string body)
    {
        await using var host = await PubSubHost.PublishingAsync();

        Assert.Equal(204, (await host.PostAsync(Path, body)).Status);
    }

    [Fact]
    public async Task Entries_that_failed_are_named_and_the_others_are_out()
    {
        await using var host = await PubSubHost.PublishingAsync();
        host.Broker.Publishing = static message => _ = message.Text().Contains("bad", StringComparison.Ordinal) ? throw new BrokerException("no room") : 0;

        var (status, answer) = await host.PostAsync(Path, """[{"entryId":"1","event":"good","contentType":"text/plain"},{"entryId":"2","event":"bad","contentType":"text/plain"}]""");

        Assert.Equal(500, status);
        Assert.Equal("""{"failedEntries":[{"entryId":"2","error":"no room"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""", answer.GetRawText());
        Assert.Equal("good", Text(host.Broker.OnlyEnvelope, "data"));
    }

    [Fact]
    public async Task A_policy_tries_only_what_failed_again()
    {
        await using var host = await PubSubHost.PublishingAsync(new() { Outbound = new Tries(2) });
        var tries = new List<string>();
        host.Broker.Publishing = message =>
        {
            tries.Add(message.ContentType!);
            _ = message.ContentType == "text/b" && tries.Count < 3 ? throw new BrokerException("busy") : 0;
        };

        var (status, _) = await host.PostAsync(Path, """[{"entryId":"1","event":"a","contentType":"text/a"},{"entryId":"2","event":"b","contentType":"text/b"}]""");

        Assert.Equal(204, status);
        Assert.Equal(["text/a", "text/b", "text/b"], tries);
    }

    [Fact]
    public async Task A_policy_sees_the_brokers_refusal_as_a_status_of_http()
    {
        var policy = new Tries(1);
        await using var host = await PubSubHost.PublishingAsync(new() { Outbound = policy });
        host.Broker.Publishing = static _ => throw new BrokerException("busy");

        var (_, answer) = await host.PostAsync("/v1.0/publish/pubsub/t", "1");

        Assert.Equal(503, Assert.IsType<AppStatusException>(Assert.Single(policy.Failures)).Status);
        Assert.Equal("error when publishing to topic t in pubsub pubsub: busy", Text(answer, "message"));
    }

    [Fact]
    public async Task Entries_have_spans_of_their_own()
    {
        await using var host = await PubSubHost.PublishingAsync(new() { Tracing = new TracingSettings { SamplingRate = "1" } });

        await host.PostAsync(Path, """[{"entryId":"1","event":1,"contentType":"application/json"},{"entryId":"2","event":1,"contentType":"application/json"}]""");

        var traces = host.Broker.Published.Select(message => Text(JsonDocument.Parse(message.Data).RootElement, "traceparent")).ToList();
        Assert.Equal(traces[0][..36], traces[1][..36]);
        Assert.NotEqual(traces[0], traces[1]);
    }

    [Fact]
    public async Task A_forbidden_topic_is_forbidden_for_all_entries()
    {
        await using var host = await PubSubHost.PublishingAsync(new() { Metadata = new Dictionary<string, string> { ["allowedTopics"] = "other" } });

        var (status, answer) = await host.PostAsync(Path, """[{"entryId":"1","event":1,"contentType":"application/json"}]""");

        Assert.Equal((403, "ERR_PUBSUB_FORBIDDEN"), (status, Text(answer, "errorCode")));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
