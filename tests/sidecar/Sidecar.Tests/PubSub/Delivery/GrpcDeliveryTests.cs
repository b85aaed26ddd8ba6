using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.PubSub.Delivery;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;
using Sidecar.Tests.Grpc;
using Sidecar.Tests.PubSub.Brokers;
using Verdict = Sidecar.Protos.TopicEventResponse.Types.TopicEventResponseStatus;

namespace Sidecar.Tests.PubSub.Delivery;

public sealed class GrpcDeliveryTests
{
    private const string Callback = "/dapr.proto.runtime.v1.AppCallback/";
    private const string Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task An_event_comes_in_the_fields_of_its_message()
    {
        await using var app = await GrpcTestApp.StartAsync(new TopicSubscription { PubsubName = "pubsub", Topic = "t", Routes = new TopicRoutes { Default = "/d" } });
        await using var host = await app.DeliveringAsync();

        Assert.Null(await host.Broker.DeliverAsync("t", """
            {"id":"1","source":"s","type":"y","specversion":"1.0","datacontenttype":"application/json","data":{"b":1.0,"a":[null]},"topic":"t","ext":"e","list":[1,{"x":true}],"gone":null}
            """, ("key", "value"), ("Content-Type", "no")));

        var (request, headers) = await app.NextAsync<TopicEventRequest>();
        Assert.Equal(
            ("1", "s", "y", "1.0", "application/json", "t", "pubsub", "/d", """{"a":[null],"b":1}"""),
            (request.Id, request.Source, request.Type, request.SpecVersion, request.DataContentType, request.Topic, request.PubsubName, request.Path, request.Data.ToStringUtf8()));
        Assert.Equal(["ext", "gone", "list", "topic"], request.Extensions.Fields.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("e", 1.0, true), (request.Extensions.Fields["ext"].StringValue, request.Extensions.Fields["list"].ListValue.Values[0].NumberValue, request.Extensions.Fields["list"].ListValue.Values[1].StructValue.Fields["x"].BoolValue));
        Assert.Equal(("value", "pubsub"), (headers["key"], headers["pubsubname"]));
    }

    [Theory]
    [InlineData("""{"datacontenttype":"text/plain","data":"żółw"}""", "żółw")]
    [InlineData("""{"datacontenttype":"application/octet-stream","data_base64":"YWJj"}""", "abc")]
    [InlineData("""{"datacontenttype":"application/cloudevents+json","data":9007199254740993}""", "9007199254740992")]
    [InlineData("""{"datacontenttype":"application/custom","data":"lost"}""", "")]
    [InlineData("""{"datacontenttype":"application/json","data":null}""", "")]
    public async Task Data_is_what_the_content_type_makes_of_it(string envelope, string data)
    {
        await using var app = await GrpcTestApp.StartAsync(new TopicSubscription { PubsubName = "pubsub", Topic = "t" });
        await using var host = await app.DeliveringAsync();

        Assert.Null(await host.Broker.DeliverAsync("t", envelope));

        var (request, _) = await app.NextAsync<TopicEventRequest>();
        Assert.Equal((data, ""), (request.Data.ToStringUtf8(), request.Path));
    }

    [Theory]
    [InlineData("""{"datacontenttype":"text/plain","data":5}""")]
    [InlineData("""{"data_base64":"?"}""")]
    [InlineData("""{"data_base64":5}""")]
    public async Task Data_that_does_not_fit_fails_the_event(string envelope)
    {
        await using var app = await GrpcTestApp.StartAsync(new TopicSubscription { PubsubName = "pubsub", Topic = "t" });
        await using var host = await app.DeliveringAsync();

        Assert.IsType<DeliveryException>(await host.Broker.DeliverAsync("t", envelope));
    }

    [Theory]
    [InlineData(Verdict.Success, true, 0)]
    [InlineData(Verdict.Drop, true, 1)]
    [InlineData(Verdict.Retry, true, 1)]
    [InlineData((Verdict)9, true, 1)]
    public async Task An_event_ends_as_the_app_says(Verdict verdict, bool isSettled, int letters)
    {
        await using var app = await GrpcTestApp.StartAsync(new TopicSubscription { PubsubName = "pubsub", Topic = "t", DeadLetterTopic = "dead" });
        app.OnEvent = _ => new TopicEventResponse { Status = verdict };
        await using var host = await app.DeliveringAsync();

        Assert.Equal(isSettled, await host.Broker.DeliverAsync("t", "{}") is null);

        Assert.Equal(letters, host.Broker.DeadLetters.Count());
    }

    [Fact]
    public async Task An_app_that_takes_no_events_loses_them_without_a_dead_letter()
    {
        await using var app = await GrpcTestApp.StartAsync(new TopicSubscription { PubsubName = "pubsub", Topic = "t", DeadLetterTopic = "dead" });
        app.OnEvent = static _ => throw GrpcErrors.Unimplemented("no");
        await using var host = await app.DeliveringAsync();

        Assert.Null(await host.Broker.DeliverAsync("t", "{}"));

        Assert.Empty(host.Broker.Published);
    }

    [Fact]
    public async Task A_policy_sees_the_apps_code()
    {
        await using var app = await GrpcTestApp.StartAsync(new TopicSubscription { PubsubName = "pubsub", Topic = "t" });
        app.OnEvent = static _ => throw GrpcErrors.Of(GrpcCode.Unavailable, "busy");
        var policy = new Tries(2);
        await using var host = await app.DeliveringAsync(new() { Inbound = policy });

        Assert.NotNull(await host.Broker.DeliverAsync("t", "{}"));

        Assert.Equal([14, 14], policy.Failures.Select(failure => Assert.IsType<AppStatusException>(failure).Status));
    }

    [Fact]
    public async Task The_trace_goes_along_in_both_forms()
    {
        await using var app = await GrpcTestApp.StartAsync(new TopicSubscription { PubsubName = "pubsub", Topic = "t" });
        await using var host = await app.DeliveringAsync(new() { Tracing = new TracingSettings { SamplingRate = "1" } });

        await host.Broker.DeliverAsync("t", $$"""{"traceparent":"{{Traceparent}}"}""");

        var (_, headers) = await app.NextAsync<TopicEventRequest>();
        Assert.StartsWith(Traceparent[..36], headers["traceparent"], StringComparison.Ordinal);
        Assert.True(GrpcMetadata.TryDecode(headers["grpc-trace-bin"], out var binary));
        Assert.True(TraceContext.TryReadBinary(binary, out var context));
        Assert.Equal(headers["traceparent"], context.ToTraceparent());
    }

    [Theory]
    [InlineData("OnBulkTopicEvent")]
    [InlineData("OnBulkTopicEventAlpha1")]
    public async Task A_batch_comes_in_one_call(string method)
    {
        await using var app = await GrpcTestApp.StartAsync(Bulk("t"));
        (app.BulkMethod, app.OnBatch) = (method, static request => new TopicEventBulkResponse
        {
            Statuses = { request.Entries.Select(entry => new TopicEventBulkResponseEntry { EntryId = entry.EntryId, Status = entry.CloudEvent.Id == "bad" ? Verdict.Retry : Verdict.Success }) },
        });
        await using var host = await app.DeliveringAsync();

        var ends = await Task.WhenAll(host.Broker.DeliverAsync("t", """{"id":"good","datacontenttype":"application/json","data":{"a":1},"x":"y"}""", ("m", "v")), host.Broker.DeliverAsync("t", """{"id":"bad"}"""));

        Assert.Equal([true, false], ends.Select(end => end is null));
        var (request, _) = await app.NextAsync<TopicEventBulkRequest>();
        Assert.Equal(("t", "pubsub", "com.dapr.event.sent.bulk", "pubsub"), (request.Topic, request.PubsubName, request.Type, request.Metadata["pubsubName"]));
        var good = Assert.Single(request.Entries, entry => entry.CloudEvent.Id == "good");
        Assert.Equal(("application/cloudevents+json", "v", """{"a":1}""", "y"), (good.ContentType, good.Metadata["m"], good.CloudEvent.Data.ToStringUtf8(), good.CloudEvent.Extensions.Fields["x"].StringValue));
    }

    [Fact]
    public async Task A_batch_for_an_app_that_takes_none_is_gone()
    {
        await using var app = await GrpcTestApp.StartAsync(Bulk("t"));
        await using var host = await app.DeliveringAsync();

        var ends = await Task.WhenAll(host.Broker.DeliverAsync("t", "{}"), host.Broker.DeliverAsync("t", "{}"));

        Assert.Equal([null, null], ends);
    }

    [Fact]
    public async Task An_app_without_subscriptions_has_none()
    {
        await using var app = await GrpcTestApp.StartAsync(null);
        await using var host = await app.DeliveringAsync(new() { Declared = [new SubscriptionSpec("pubsub", "yaml") { Routes = [new("", "/y")] }] });

        Assert.Equal(["yaml"], host.Broker.Topics);
    }

    private static TopicSubscription Bulk(string topic) => new()
    {
        PubsubName = "pubsub",
        Topic = topic,
        BulkSubscribe = new BulkSubscribeConfig { Enabled = true, MaxMessagesCount = 2, MaxAwaitDurationMs = 60_000 },
    };

    private sealed class GrpcTestApp : IAsyncDisposable
    {
        private readonly Channel<(IMessage Request, IReadOnlyDictionary<string, string> Headers)> calls = Channel.CreateUnbounded<(IMessage, IReadOnlyDictionary<string, string>)>();
        private GrpcHost? host;

        public Func<TopicEventRequest, TopicEventResponse> OnEvent { get; set; } = static _ => new TopicEventResponse();

        public string BulkMethod { get; set; } = "";

        public Func<TopicEventBulkRequest, TopicEventBulkResponse> OnBatch { get; set; } = static _ => new TopicEventBulkResponse();

        /// <summary>Without a subscription the app does not know the question.</summary>
        public static async Task<GrpcTestApp> StartAsync(TopicSubscription? subscription)
        {
            var app = new GrpcTestApp();
            app.host = await GrpcHost.StartAsync(methods =>
            {
                if (subscription is not null)
                {
                    methods.Unary(Callback + "ListTopicSubscriptions", Google.Protobuf.WellKnownTypes.Empty.Parser, (_, _) => ValueTask.FromResult(new ListTopicSubscriptionsResponse { Subscriptions = { subscription } }));
                }

                methods.Unary(Callback + "OnTopicEvent", TopicEventRequest.Parser, (request, call) => ValueTask.FromResult(app.OnEvent(app.Note(request, call))));
                methods.Unary(Callback + "OnBulkTopicEvent", TopicEventBulkRequest.Parser, (request, call) => app.BatchAsync("OnBulkTopicEvent", request, call));
                methods.Unary("/dapr.proto.runtime.v1.AppCallbackAlpha/OnBulkTopicEventAlpha1", TopicEventBulkRequest.Parser, (request, call) => app.BatchAsync("OnBulkTopicEventAlpha1", request, call));
            });
            return app;
        }

        public Task<PubSubHost> DeliveringAsync(PubSubHostOptions? options = null) => PubSubHost.DeliveringAsync(host!.Port, options ?? new());

        public async Task<(T Request, IReadOnlyDictionary<string, string> Headers)> NextAsync<T>()
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(30));
            var (request, headers) = await calls.Reader.ReadAsync(limit.Token);
            return ((T)request, headers);
        }

        public ValueTask DisposeAsync() => host!.DisposeAsync();

        private ValueTask<TopicEventBulkResponse> BatchAsync(string method, TopicEventBulkRequest request, GrpcCall call) =>
            method == BulkMethod ? ValueTask.FromResult(OnBatch(Note(request, call))) : throw GrpcErrors.Unimplemented(method);

        private T Note<T>(T request, GrpcCall call)
            where T : IMessage
        {
            calls.Writer.TryWrite((request, call.RequestHeaders.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.Ordinal)));
            return request;
        }
    }
}
