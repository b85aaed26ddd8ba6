using Sidecar.Metadata;
using Sidecar.PubSub;
using Sidecar.PubSub.Subscriptions;

namespace Sidecar.Tests.PubSub.Subscriptions;

public sealed class SubscriptionsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_app_says_what_it_subscribes_to()
    {
        await using var app = await TestApp.StartAsync();
        app.Subscriptions = """
            [{"pubsubName":"pubsub","topic":"a","route":"/a","metadata":{"routingKey":"k"}},
             {"pubsubname":"pubsub","topic":"b","route":"ignored","deadLetterTopic":"dead","routes":{"rules":[{"match":" event.type == 'x' ","path":"/x"}],"default":"/d"}},
             {"pubsubname":"pubsub","topic":"none"},
             {"pubsubname":"elsewhere","topic":"c","route":"/c","bulkSubscribe":{"enabled":true,"maxMessagesCount":5}}]
            """;
        await using var host = await PubSubHost.DeliveringAsync(app);

        Assert.Equal(["a", "b"], host.Broker.Topics);
        Assert.Equal("k", host.Broker.Subscribed.First().Metadata["routingKey"]);
        var known = host.Runtime.Subscriptions;
        Assert.Equal(["a", "b", "c"], known.Select(one => one.Topic));
        Assert.All(known, static one => Assert.Equal(SubscriptionKind.Programmatic, one.Kind));
        Assert.Equal("dead", known[1].DeadLetterTopic);
        Assert.Equal([new RuleInfo("event.type == 'x'", "/x"), new RuleInfo("", "/d")], known[1].Rules);
    }

    [Fact]
    public async Task What_the_app_says_beats_yaml_and_the_last_of_its_own_counts()
    {
        await using var app = await TestApp.StartAsync();
        app.Subscriptions = """[{"pubsubname":"pubsub","topic":"a","route":"/first"},{"pubsubname":"pubsub","topic":"a","route":"/last"}]""";
        await using var host = await PubSubHost.DeliveringAsync(app, new() { Declared = [Declared("a", "/yaml"), Declared("b", "/yaml-b"), Declared("b", "/late")] });

        Assert.Equal(
            [("a", "/last", SubscriptionKind.Programmatic), ("b", "/yaml-b", SubscriptionKind.Declarative)],
            host.Runtime.Subscriptions.Select(one => (one.Topic, one.Rules[0].Path, one.Kind)));
        await host.Broker.DeliverAsync("a", "{}");
        Assert.Equal("/last", (await app.NextAsync()).Path);
    }

    [Fact]
    public async Task Yaml_counts_for_the_apps_it_names_and_the_last_document_of_a_name()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, new()
        {
            Declared =
            [
                Declared("mine", "/a") with { Scopes = ["other", PubSubHost.AppId] },
                Declared("theirs", "/a") with { Scopes = ["other"] },
                Declared("old", "/a") with { Name = "same" },
                Declared("new", "/a") with { Name = "same" },
            ],
        });

        Assert.Equal(["mine", "new"], host.Broker.Topics);
    }

    [Theory]
    [InlineData(404, "")]
    [InlineData(500, "[]")]
    [InlineData(200, "")]
    [InlineData(200, "null")]
    [InlineData(204, """[{"pubsubname":"pubsub","topic":"a","route":"/a"}]""")]
    public async Task An_app_that_says_nothing_leaves_yaml_alone(int status, string body)
    {
        await using var app = await TestApp.StartAsync();
        (app.SubscriptionsStatus, app.Subscriptions) = (status, body);
        await using var host = await PubSubHost.DeliveringAsync(app, new() { Declared = [Declared("yaml", "/y")] });

        Assert.Equal(["yaml"], host.Broker.Topics);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[{]")]
    [InlineData("""[{"pubsubname":5}]""")]
    [InlineData("""[{"pubsubname":"pubsub","topic":"good","route":"/g"},{"pubsubname":"pubsub","topic":"a","routes":{"rules":[{"match":"event.type =","path":"/x"}]}}]""")]
    public async Task Nonsense_from_the_app_holds_everything_up_until_the_next_start(string body)
    {
        await using var app = await TestApp.StartAsync();
        app.Subscriptions = body;
        await using var host = await PubSubHost.DeliveringAsync(app, new() { Declared = [Declared("yaml", "/y")] });
        Assert.Empty(host.Broker.Topics);

        await host.Runtime.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["yaml"], host.Broker.Topics);
    }

    [Fact]
    public async Task A_rule_in_yaml_that_cannot_be_read_is_refused_with_its_place()
    {
        await using var app = await TestApp.StartAsync();
        var bad = Declared("a", "/a") with { Source = "subs.yaml:3", Routes = [new("event.type = 1", "/x")] };

        var refusal = await Assert.ThrowsAsync<SubscriptionException>(() => PubSubHost.DeliveringAsync(app, new() { Declared = [bad] }));

        Assert.StartsWith("subs.yaml:3: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_that_is_not_to_be_asked_is_not_asked()
    {
        await using var app = await TestApp.StartAsync();
        app.Subscriptions = """[{"pubsubname":"pubsub","topic":"a","route":"/a"}]""";
        await using var host = await PubSubHost.DeliveringAsync(app, new() { DisabledInitEndpoints = ["subscribe"], Declared = [Declared("yaml", "/y")] });

        Assert.Equal(["yaml"], host.Broker.Topics);
    }

    [Fact]
    public async Task A_start_that_fails_is_tried_again()
    {
        await using var app = await TestApp.StartAsync();
        var broker = new RecordingBroker();
        var tries = 0;
        var subscribed = new TaskCompletionSource();
        broker.Subscribing = _ =>
        {
            if (++tries < 3)
            {
                throw new BrokerException("not yet");
            }

            subscribed.SetResult();
        };
        await using var host = await PubSubHost.DeliveringAsync(app, new() { Declared = [Declared("t", "/d")] }, broker);

        await subscribed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_start_that_keeps_failing_ends_with_the_sidecar()
    {
        await using var app = await TestApp.StartAsync();
        var broker = new RecordingBroker { Subscribing = static _ => throw new BrokerException("never") };
        await using var host = await PubSubHost.DeliveringAsync(app, new() { Declared = [Declared("t", "/d")] }, broker);

        await host.Runtime.StopAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_topic_that_scopes_keep_from_the_app_is_not_subscribed_to()
    {
        await using var app = await TestApp.StartAsync();
        await using var host = await PubSubHost.DeliveringAsync(app, new()
        {
            Declared = [Declared("a", "/a"), Declared("b", "/b")],
            Metadata = new Dictionary<string, string> { ["subscriptionScopes"] = "truth-a=b" },
        });

        Assert.Equal(["b"], host.Broker.Topics);
    }

    [Fact]
    public async Task Subscriptions_stop_and_start_again_and_the_app_is_asked_once()
    {
        await using var app = await TestApp.StartAsync();
        app.Subscriptions = """[{"pubsubname":"pubsub","topic":"a","route":"/a"}]""";
        await using var host = await PubSubHost.DeliveringAsync(app);

        await host.Runtime.StopAsync();
        Assert.Empty(host.Broker.Topics);
        app.Subscriptions = "[]";
        await host.Runtime.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a"], host.Broker.Topics);
        await host.Broker.DeliverAsync("a", "{}");
        Assert.Equal("/a", (await app.NextAsync()).Path);
    }

    private static SubscriptionSpec Declared(string topic, string path) => new("pubsub", topic) { Routes = [new("", path)] };
}
