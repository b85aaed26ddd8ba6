using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sdk.Tests.Ground;

namespace Sdk.Tests.AspNetCore;

/// <summary>What an app answers to GET /dapr/subscribe.</summary>
public sealed class SubscribeHandlerTests
{
    private static readonly RequestDelegate Nothing = _ => Task.CompletedTask;

    [Fact]
    public async Task An_app_without_topics_has_none() => Assert.Equal("[]", await AskAsync(_ => { }));

    [Fact]
    public async Task A_topic_has_a_route_without_a_slash_before_it() =>
        Assert.Equal("""[{"topic":"a","pubsubName":"p","route":"on/a"}]""", await AskAsync(app => app.MapPost("/on/a", Nothing).WithTopic("p", "a")));

    [Fact]
    public async Task Topics_come_in_order() =>
        Assert.Equal(
            """[{"topic":"a","pubsubName":"p","route":"2"},{"topic":"b","pubsubName":"p","route":"1"},{"topic":"a","pubsubName":"q","route":"3"}]""",
            await AskAsync(app =>
            {
                app.MapPost("/3", Nothing).WithTopic("q", "a");
                app.MapPost("/1", Nothing).WithTopic("p", "b");
                app.MapPost("/2", Nothing).WithTopic("p", "a");
            }));

    [Fact]
    public async Task Rules_come_by_priority_and_the_rest_goes_to_the_default() =>
        Assert.Equal(
            """[{"topic":"a","pubsubName":"p","routes":{"default":"rest","rules":[{"match":"x","path":"first"},{"match":"y","path":"second"}]}}]""",
            await AskAsync(app =>
            {
                app.MapPost("/second", Nothing).WithMetadata(new TopicAttribute("p", "a", "y", 2));
                app.MapPost("/rest", Nothing).WithTopic("p", "a");
                app.MapPost("/first", Nothing).WithMetadata(new TopicAttribute("p", "a", false, "x", 1));
            }));

    [Fact]
    public async Task Metadata_dead_letters_and_bulk_are_told() =>
        Assert.Equal(
            """[{"topic":"a","pubsubName":"p","route":"a","metadata":{"owner":"till","rawPayload":"true"},"deadLetterTopic":"dead","bulkSubscribe":{"enabled":true,"maxMessagesCount":5,"maxAwaitDurationMs":50}}]""",
            await AskAsync(app => app.MapPost("/a", Nothing)
                .WithTopic(new TopicOptions { PubsubName = "p", Name = "a", DeadLetterTopic = "dead", EnableRawPayload = true, Metadata = new Dictionary<string, string> { ["owner"] = "till" } })
                .WithBulkSubscribe(new BulkSubscribeTopicOptions { TopicName = "a", MaxMessagesCount = 5, MaxAwaitDurationMs = 50 })));

    [Fact]
    public async Task Bulk_has_defaults_and_is_for_its_topic_alone() =>
        Assert.Equal(
            """[{"topic":"a","pubsubName":"p","route":"a","bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":1000}},{"topic":"b","pubsubName":"p","route":"a"}]""",
            await AskAsync(app => app.MapPost("/a", Nothing).WithTopic("p", "a").WithTopic("p", "b").WithBulkSubscribe(new BulkSubscribeTopicOptions { TopicName = "a" })));

    [Fact]
    public async Task Metadata_with_an_id_is_for_topics_that_name_it() =>
        Assert.Equal(
            """[{"topic":"a","pubsubName":"p","route":"a","metadata":{"all":"1","label":"red|blue"}},{"topic":"b","pubsubName":"p","route":"a","metadata":{"all":"1"}}]""",
            await AskAsync(app => app.MapPost("/a", Nothing).WithMetadata(
                new TopicAttribute("p", "a", ["mine"], "|"),
                new TopicAttribute("p", "b"),
                new TopicMetadataAttribute("all", "1"),
                new TopicMetadataAttribute("mine", "label", "red"),
                new TopicMetadataAttribute("mine", "label", "blue"))));

    [Fact]
    public async Task The_separator_of_topic_options_is_ignored_as_upstream_does() =>
        Assert.Equal(
            """[{"topic":"a","pubsubName":"p","route":"a","metadata":{"label":"red,blue"}}]""",
            await AskAsync(app => app.MapPost("/a", Nothing)
                .WithTopic(new TopicOptions { PubsubName = "p", Name = "a", OwnedMetadatas = ["mine"], MetadataSeparator = "|" })
                .WithMetadata(new TopicMetadataAttribute("mine", "label", "red"), new TopicMetadataAttribute("mine", "label", "blue"))));

    [Fact]
    public async Task Every_topic_can_be_raw() =>
        Assert.Equal(
            """[{"topic":"a","pubsubName":"p","route":"a","metadata":{"rawPayload":"true"}}]""",
            await AskAsync(app => app.MapPost("/a", Nothing).WithTopic("p", "a"), new SubscribeOptions { EnableRawPayload = true }));

    [Fact]
    public async Task A_raw_topic_can_have_metadata() =>
        Assert.Equal(
            """[{"topic":"a","pubsubName":"p","route":"a","metadata":{"owner":"till","rawPayload":"true"}}]""",
            await AskAsync(app => app.MapPost("/a", Nothing).WithTopic("p", "a", true, new Dictionary<string, string> { ["owner"] = "till" })));

    [Fact]
    public async Task A_route_with_a_parameter_cannot_be_told()
    {
        await using var app = await SmallApp.StartAsync(app =>
        {
            app.MapSubscribeHandler();
            app.MapPost("/on/{id}", Nothing).WithTopic("p", "a");
        });
        using var answer = await app.Http.GetAsync(new Uri("/dapr/subscribe", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(500, (int)answer.StatusCode);
    }

    [Fact]
    public void What_an_attribute_says_can_be_read()
    {
        ITopicMetadata topic = new TopicAttribute("p", "a", true, ["one"], ";") { Match = "m", Priority = 3, DeadLetterTopic = "dead" };
        Assert.Equal(("p", "a", "m", 3), (topic.PubsubName, topic.Name, topic.Match, topic.Priority));
        Assert.True(((IRawTopicMetadata)topic).EnableRawPayload);
        Assert.Equal("dead", ((IDeadLetterTopicMetadata)topic).DeadLetterTopic);
        Assert.Equal((";", "one"), (((IOwnedOriginalTopicMetadata)topic).MetadataSeparator, ((IOwnedOriginalTopicMetadata)topic).OwnedMetadatas![0]));
        IOriginalTopicMetadata metadata = new TopicMetadataAttribute("id", "name", "value");
        Assert.Equal(("id", "name", "value"), (metadata.Id, metadata.Name, metadata.Value));
        IBulkSubscribeMetadata bulk = new BulkSubscribeAttribute("a", 5, 50);
        Assert.Equal(("a", 5, 50), (bulk.TopicName, bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs));
    }

    private static async Task<string> AskAsync(Action<IEndpointRouteBuilder> map, SubscribeOptions? options = null)
    {
        await using var app = await SmallApp.StartAsync(app =>
        {
            _ = options is null ? app.MapSubscribeHandler() : app.MapSubscribeHandler(options);
            map(app);
        });
        using var answer = await app.Http.GetAsync(new Uri("/dapr/subscribe", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Null(answer.Content.Headers.ContentType);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
