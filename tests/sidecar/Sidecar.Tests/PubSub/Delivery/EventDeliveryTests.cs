using System.Text.Json;
using Sidecar.PubSub;
using Sidecar.PubSub.Delivery;
using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;
using Sidecar.Tests.PubSub.Brokers;

namespace Sidecar.Tests.PubSub.Delivery;

public sealed class EventDeliveryTests
{
    private const string Envelope = """{"id":"e1","type":"order.created","data":{"n":1},"topic":"t"}""";
    private const string Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public async Task The_app_gets_the_bytes_of_the_broker_and_its_metadata_as_headers()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d/success/?q=1"));

        Assert.Null(await host.Broker.DeliverAsync("t", """{ "id" : "e1" }""", ("cloudevent.id", "żółw"), ("grpc-x", "y"), ("x-bin", "no"), ("Content-Length", "99"), ("content-type", "text/plain")));

        var call = await app.NextAsync();
        Assert.Equal(("POST", "/d/success?q=1", """{ "id" : "e1" }"""), (call.Method, call.Path, call.Body));
        Assert.Equal(
            ["accept-encoding", "cloudevent.id", "content-length", "content-type", "dapr-grpc-x", "host", "pubsubname", "user-agent"],
            call.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("gzip", "application/cloudevents+json", "pubsub", "15"), (call.Headers["accept-encoding"], call.Headers["content-type"], call.Headers["pubsubname"], call.Headers["content-length"]));
    }

    [Theory]
    [InlineData(200, "", true)]
    [InlineData(200, "hello", true)]
    [InlineData(201, """{"any":"thing"}""", true)]
    [InlineData(204, "", true)]
    [InlineData(200, """{"status":"SUCCESS"}""", true)]
    [InlineData(200, """{"status":""}""", true)]
    [InlineData(200, """{"status":5}""", true)]
    [InlineData(200, """{"status":"RETRY""", true)]
    [InlineData(200, """[{"status":"RETRY"}]""", true)]
    [InlineData(200, """{"inner":{"status":"RETRY"}}""", true)]
    [InlineData(200, """{"status":"RETRY"}""", false)]
    [InlineData(200, """{"STATUS":"RETRY"}""", false)]
    [InlineData(200, """{"status":"success"}""", false)]
    [InlineData(302, "", false)]
    [InlineData(400, "", false)]
    [InlineData(500, "", false)]
    public async Task An_answer_is_a_success_or_comes_again(int status, string body, bool isSuccess)
    {
        await using var app = await TestApp.StartAsync();
        app.Says(status, body);
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d"));

        Assert.Equal(isSuccess, await host.Broker.DeliverAsync("t", Envelope) is null);
    }

    [Theory]
    [InlineData(200, """{"status":"DROP"}""")]
    [InlineData(404, "")]
    public async Task A_dropped_event_is_settled_and_a_dead_letter(int status, string body)
    {
        await using var app = await TestApp.StartAsync();
        app.Says(status, body);
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true));
        await using var without = await PubSubHost.DeliveringAsync(app, To("/d"));

        Assert.Null(await host.Broker.DeliverAsync("t", Envelope, ("a", "b")));
        Assert.Null(await without.Broker.DeliverAsync("t", Envelope));

        var letter = Assert.Single(host.Broker.Published);
        Assert.Equal(("dead", Envelope), (letter.Topic, letter.Text()));
        Assert.Equal([("a", "b"), ("pubsubName", "pubsub")], letter.Metadata.Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Empty(without.Broker.Published);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(200, """{"status":"RETRY"}""")]
    public async Task A_failed_event_is_a_dead_letter_where_there_is_a_topic_for_it(int status, string body)
    {
        await using var app = await TestApp.StartAsync();
        app.Says(status, body);
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true));

        Assert.Null(await host.Broker.DeliverAsync("t", Envelope));

        Assert.Equal([Envelope], host.Broker.DeadLetters);
    }

    [Fact]
    public async Task A_dead_letter_that_nobody_takes_leaves_the_event_to_the_broker()
    {
        await using var app = await TestApp.StartAsync();
        app.Says(200, """{"status":"DROP"}""");
        var options = To("/d", deadLetters: true) with { Metadata = new Dictionary<string, string> { ["publishingScopes"] = "truth-a=other" } };
        await using var host = await PubSubHost.DeliveringAsync(app, options);

        Assert.NotNull(await host.Broker.DeliverAsync("t", Envelope));
    }

    [Fact]
    public async Task An_app_that_is_gone_fails_the_event()
    {
        var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d"));
        await app.DisposeAsync();

        var failure = await host.Broker.DeliverAsync("t", Envelope);

        Assert.Contains("connection refused", Assert.IsType<DeliveryException>(failure).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_dies_over_an_event_fails_it_and_gets_the_next_one()
    {
        await using var app = await TestApp.StartAsync();
        app.Says(TestApp.Hangup);
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d"));

        Assert.IsType<DeliveryException>(await host.Broker.DeliverAsync("t", Envelope));

        app.Says(200);
        Assert.Null(await host.Broker.DeliverAsync("t", Envelope));
    }

    [Fact]
    public async Task An_app_that_hangs_is_left_when_the_policys_time_is_up()
    {
        await using var app = await TestApp.StartAsync();
        var release = new TaskCompletionSource<(int, string)>();
        app.Answer = _ => release.Task;
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true) with { Inbound = new OutOfTime(app) });

        Assert.Null(await host.Broker.DeliverAsync("t", Envelope));

        Assert.Equal([Envelope], host.Broker.DeadLetters);
        release.SetResult((200, ""));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[1]")]
    [InlineData("""{"a":1} more""")]
    [InlineData("""{"a":1e999}""")]
    public async Task What_is_no_envelope_never_reaches_the_app(string body)
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true));
        await using var without = await PubSubHost.DeliveringAsync(app, To("/d"));

        Assert.Null(await host.Broker.DeliverAsync("t", body));
        Assert.NotNull(await without.Broker.DeliverAsync("t", body));

        Assert.Equal([body], host.Broker.DeadLetters);
        Assert.True(app.IsIdle);
    }

    [Theory]
    [InlineData("2020-01-01T00:00:00Z", true)]
    [InlineData("2020-01-01T00:00:00.5+02:00", true)]
    [InlineData("2120-01-01T00:00:00Z", false)]
    [InlineData("some day", false)]
    [InlineData("", false)]
    public async Task An_expired_event_is_a_dead_letter_and_done(string expiration, bool isExpired)
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true));

        Assert.Null(await host.Broker.DeliverAsync("t", $$"""{"id":"1","expiration":"{{expiration}}"}"""));

        Assert.Equal(isExpired, host.Broker.DeadLetters.Any());
        Assert.Equal(isExpired, app.IsIdle);
    }

    [Fact]
    public async Task The_first_rule_that_takes_an_event_says_where_it_goes()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, Routed(
            new("event.type == \"order.created\"", "/created"), new("event.type.startsWith(\"order.\")", "/order"), new("", "/other")));

        foreach (var type in new[] { "order.created", "order.paid", "other" })
        {
            await host.Broker.DeliverAsync("t", $$"""{"type":"{{type}}"}""");
        }

        Assert.Equal(["/created", "/order", "/other"], [(await app.NextAsync()).Path, (await app.NextAsync()).Path, (await app.NextAsync()).Path]);
    }

    [Fact]
    public async Task An_event_that_no_rule_takes_is_done_and_a_dead_letter()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, Routed(new RouteSpec("event.type == 'x'", "/x")));

        Assert.Null(await host.Broker.DeliverAsync("t", Envelope));

        Assert.Equal([Envelope], host.Broker.DeadLetters);
        Assert.True(app.IsIdle);
    }

    [Fact]
    public async Task A_rule_that_asks_for_what_is_not_there_makes_a_dead_letter_in_spite_of_a_default()
    {
        await using var app = await TestApp.StartAsync();
        var routed = Routed(new("event.data.missing == 1", "/x"), new("", "/default"));
        await using var host = await PubSubHost.DeliveringAsync(app, routed);
        await using var without = await PubSubHost.DeliveringAsync(app, routed with { Declared = [routed.Declared[0] with { DeadLetterTopic = "" }] });

        Assert.Null(await host.Broker.DeliverAsync("t", Envelope));
        Assert.NotNull(await without.Broker.DeliverAsync("t", Envelope));

        Assert.Equal([Envelope], host.Broker.DeadLetters);
        Assert.True(app.IsIdle);
    }

    [Fact]
    public async Task A_raw_subscription_gets_bytes_in_an_envelope()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", ("rawPayload", "true")));

        Assert.Null(await host.Broker.DeliverAsync("t", "{\"n\": 4}", ("rawpayload", "true")));

        var call = await app.NextAsync();
        var envelope = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal(["data_base64", "datacontenttype", "id", "pubsubname", "source", "specversion", "topic", "type"], envelope.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(
            ("eyJuIjogNH0=", "application/octet-stream", "Dapr", "t"),
            (Text(envelope, "data_base64"), Text(envelope, "datacontenttype"), Text(envelope, "source"), Text(envelope, "topic")));
        Assert.Equal(("application/cloudevents+json", "true"), (call.Headers["content-type"], call.Headers["rawpayload"]));
    }

    [Fact]
    public async Task A_raw_subscription_takes_its_trace_from_the_brokers_metadata()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", ("rawPayload", "true")));

        await host.Broker.DeliverAsync("t", "x", ("traceparent", Traceparent), ("tracestate", "a=b"));

        var call = await app.NextAsync();
        var envelope = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal((Traceparent, Traceparent, "a=b", Traceparent), (Text(envelope, "traceid"), Text(envelope, "traceparent"), Text(envelope, "tracestate"), call.Headers["traceparent"]));
    }

    [Fact]
    public async Task A_raw_setting_that_is_no_truth_value_fails_every_event()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", ("rawPayload", "yes")));

        var failure = await host.Broker.DeliverAsync("t", Envelope);

        Assert.Contains("rawPayload value must be a valid boolean: actual is 'yes'", failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binary_cloudevent_is_routed_by_its_metadata_and_passes_unchanged()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, Routed(new RouteSpec("event.type == 'x' && size(event.data) == 3", "/x")));
        var message = Message.Of("t", "abc", ("CE_Type", "x")) with { ContentType = "application/octet-stream" };

        Assert.Null(await host.Broker.DeliverAsync(message));

        Assert.Equal("abc", (await app.NextAsync()).Body);
    }

    [Theory]
    [InlineData($$"""{"traceparent":"{{Traceparent}}","tracestate":"k=v"}""", true)]
    [InlineData($$"""{"traceid":"{{Traceparent}}"}""", true)]
    [InlineData("""{"traceparent":5}""", false)]
    [InlineData("{}", false)]
    public async Task Only_a_message_with_a_trace_gets_a_span(string envelope, bool hasSpan)
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d") with { Tracing = new TracingSettings { SamplingRate = "1" } });

        await host.Broker.DeliverAsync("t", envelope);

        var headers = (await app.NextAsync()).Headers;
        Assert.Equal(hasSpan, headers.ContainsKey("traceparent"));
        Assert.False(headers.ContainsKey("tracestate"));
        if (hasSpan)
        {
            Assert.StartsWith(Traceparent[..36], headers["traceparent"], StringComparison.Ordinal);
            Assert.NotEqual(Traceparent, headers["traceparent"]);
        }
    }

    [Fact]
    public async Task A_policy_repeats_a_delivery_and_sees_the_apps_status()
    {
        await using var app = await TestApp.StartAsync();
        var calls = 0;
        app.Answer = _ => Task.FromResult((++calls < 3 ? 503 : 200, ""));
        var policy = new Tries(5);
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true) with { Inbound = policy });

        Assert.Null(await host.Broker.DeliverAsync("t", Envelope));

        Assert.Equal([503, 503], policy.Failures.Select(failure => Assert.IsType<AppStatusException>(failure).Status));
        Assert.Empty(host.Broker.Published);
    }

    [Fact]
    public async Task A_policy_that_gives_up_leaves_one_dead_letter()
    {
        await using var app = await TestApp.StartAsync();
        app.Says(200, """{"status":"RETRY"}""");
        var policy = new Tries(3);
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true) with { Inbound = policy });

        Assert.Null(await host.Broker.DeliverAsync("t", Envelope));

        Assert.Equal(3, policy.Failures.Count);
        Assert.All(policy.Failures, static failure => Assert.IsType<DeliveryException>(failure));
        Assert.Single(host.Broker.DeadLetters);
    }

    [Fact]
    public async Task When_deliveries_stop_a_running_one_may_end_well()
    {
        await using var app = await TestApp.StartAsync();
        var release = new TaskCompletionSource<(int, string)>();
        app.Answer = _ => release.Task;
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d") with { Inbound = new Tries(3) });
        var delivery = host.Broker.DeliverAsync("t", Envelope);
        await app.NextAsync();

        var stopping = host.Runtime.StopAsync();
        release.SetResult((200, ""));
        await stopping;

        Assert.Null(await delivery);
    }

    [Fact]
    public async Task When_deliveries_stop_what_fails_is_neither_repeated_nor_a_dead_letter()
    {
        await using var app = await TestApp.StartAsync();
        var release = new TaskCompletionSource<(int, string)>();
        app.Answer = _ => release.Task;
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true) with { Inbound = new Tries(3) });
        var delivery = host.Broker.DeliverAsync("t", Envelope);
        await app.NextAsync();

        var stopping = host.Runtime.StopAsync();
        release.SetResult((500, ""));
        await stopping;

        Assert.IsType<OperationCanceledException>(await delivery, exactMatch: false);
        Assert.Empty(host.Broker.Published);
        Assert.True(app.IsIdle);
    }

    [Fact]
    public async Task The_namespace_before_a_topic_stays_between_sidecar_and_broker()
    {
        await using var app = await TestApp.StartAsync();
        app.Says(500);
        await using var host = await PubSubHost.DeliveringAsync(app, To("/d", deadLetters: true) with { TopicPrefix = "ns" });

        Assert.Null(await host.Broker.DeliverAsync("nst", Envelope));

        Assert.Equal("nsdead", Assert.Single(host.Broker.Published).Topic);
    }

    /// <summary>Time is up as soon as the app has the request.</summary>
    private sealed class OutOfTime(TestApp app) : Policy
    {
        public override async ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var running = work(state, limit.Token).AsTask();
            await app.NextAsync();
            await limit.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            throw new TimeoutException(DeadlineExceeded);
        }
    }

    private static PubSubHostOptions To(string path, bool deadLetters = false) => new()
    {
        Declared = [new SubscriptionSpec("pubsub", "t") { Routes = [new("", path)], DeadLetterTopic = deadLetters ? "dead" : "" }],
    };

    private static PubSubHostOptions To(string path, (string Name, string Value) metadata) => new()
    {
        Declared = [new SubscriptionSpec("pubsub", "t") { Routes = [new("", path)], Metadata = new Dictionary<string, string> { [metadata.Name] = metadata.Value } }],
    };

    private static PubSubHostOptions Routed(params RouteSpec[] routes) => new()
    {
        Declared = [new SubscriptionSpec("pubsub", "t") { Routes = routes, DeadLetterTopic = "dead" }],
    };

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
