using System.Runtime.Serialization;
using Dapr;
using Dapr.AspNetCore;
using Dapr.Client;
using Dapr.Common;
using Grpc.Core;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Client;

/// <summary>Types that users make or read themselves.</summary>
public sealed class TypesTests(Rig rig)
{
    private static readonly Dictionary<string, string> Pairs = new() { ["a"] = "b" };

    [Fact]
    public void Exceptions_keep_what_they_are_told()
    {
        var cause = new InvalidOperationException();
        Assert.Equal(("m", cause), (new DaprException("m", cause).Message, new DaprException("m", cause).InnerException));
        var plain = new DaprApiException();
        Assert.Equal(("UNKNOWN", false), (plain.ErrorCode, plain.IsTransient));
        Assert.Equal(("m", "UNKNOWN"), (new DaprApiException("m").Message, new DaprApiException("m").ErrorCode));
        Assert.Equal(cause, new DaprApiException("m", cause).InnerException);
        Assert.Equal(("C", true), (new DaprApiException("C", true).ErrorCode, new DaprApiException("C", true).IsTransient));
        Assert.Equal(("m", "C"), (new DaprApiException("m", "C", true).Message, new DaprApiException("m", "C", true).ErrorCode));
        Assert.Equal(cause, new DaprApiException("m", cause, "C", true).InnerException);
        var invocation = new InvocationException("app", "method", cause, null);
        Assert.Equal(("app", "method", null), (invocation.AppId, invocation.MethodName, invocation.Response));
        Assert.Equal("unknown", new InvocationException(null, null, new RpcException(Status.DefaultCancelled)).AppId);
        var missing = new DaprFeatureNotAvailableException("F", ["a", "b"]);
        Assert.Equal(("F", 2), (missing.FeatureName, missing.CheckedVariants.Count));
        var query = new StateQueryException<int>("m", new StateQueryResponse<int>([], "t", Pairs), ["k"]);
        Assert.Equal(("t", "k"), (query.Response.Token, query.FailedKeys[0]));
        var error = new DaprError { ErrorCode = "C", Message = "m" };
        Assert.Equal(("C", "m"), (error.ErrorCode, error.Message));
    }

    [Fact]
    public void Exceptions_can_be_derived_from()
    {
        Assert.Equal("C", new OwnFailure("C").Copy().ErrorCode);
        Assert.Equal("m", OwnDaprFailure.Copy(new DaprException("m")).Message);
    }

    [Fact]
    public void Items_keep_what_they_are_told()
    {
        var options = new StateOptions { Consistency = ConsistencyMode.Eventual, Concurrency = ConcurrencyMode.LastWrite };
        Assert.Equal((ConsistencyMode.Eventual, ConcurrencyMode.LastWrite), (options.Consistency, options.Concurrency));
        var saved = new SaveStateItem<int>("k", 1, "e", options, Pairs);
        Assert.Equal(("k", 1, "e", options, Pairs), (saved.Key, saved.Value, saved.ETag, saved.StateOptions, saved.Metadata));
        var deleted = new BulkDeleteStateItem("k", "e", options, Pairs);
        Assert.Equal(("k", "e", options, Pairs), (deleted.Key, deleted.ETag, deleted.StateOptions, deleted.Metadata));
        Assert.Equal(("k", "v", "e"), (new BulkStateItem("k", "v", "e").Key, new BulkStateItem("k", "v", "e").Value, new BulkStateItem("k", "v", "e").ETag));
        Assert.Equal(("k", 1, "e"), (new BulkStateItem<int>("k", 1, "e").Key, new BulkStateItem<int>("k", 1, "e").Value, new BulkStateItem<int>("k", 1, "e").ETag));
        var operation = new StateTransactionRequest("k", null, StateOperationType.Delete) { Value = [1], OperationType = StateOperationType.Upsert, ETag = "e", Metadata = Pairs, Options = options };
        Assert.Equal(("k", "e", 1), (operation.Key, operation.ETag, operation.Value.Length));
        Assert.Equal((StateOperationType.Upsert, Pairs, options), (operation.OperationType!.Value, operation.Metadata, operation.Options));
        var found = new StateQueryItem<int>("k", 1, "e", "x");
        Assert.Equal(("k", 1, "e", "x"), (found.Key, found.Data, found.ETag, found.Error));
        var query = new StateQueryResponse<int>([found], "t", Pairs);
        Assert.Equal((found, Pairs), (query.Results[0], query.Metadata));
        var entry = new StateEntry<int>(rig.Client, "s", "k", 1, "e");
        Assert.Equal("e", entry.ETag);
        var request = new BindingRequest("b", "o") { Data = new byte[] { 1 } };
        var response = new BindingResponse(request, request.Data, Pairs);
        Assert.Equal(("b", "o", request, 1, Pairs), (request.BindingName, request.Operation, response.Request, response.Data.Length, response.Metadata));
        var published = new BulkPublishEntry<int>("0", 1, "text/plain", Pairs);
        Assert.Equal(Pairs, new BulkPublishResponse<int>([new BulkPublishResponseFailedEntry<int>(published, "x")]).FailedEntries[0].Entry.Metadata);
        var mine = new CloudEvent<int>(1) { Subject = "s", Type = "t", Source = new Uri("urn:s") };
        Assert.Equal((1, "application/json", "s", "t", "urn:s"), (mine.Data, mine.DataContentType, mine.Subject, mine.Type, mine.Source.OriginalString));
        Assert.Null(new CloudEvent().Type);
    }

    [Fact]
    public async Task Answers_keep_what_they_are_told()
    {
        var item = new ConfigurationItem("v", "1", Pairs);
        Assert.Equal(("v", "1", Pairs), (item.Value, item.Version, item.Metadata));
        Assert.Equal(item, new GetConfigurationResponse(new Dictionary<string, ConfigurationItem> { ["k"] = item }).Items["k"]);
        var subscription = new SubscribeConfigurationResponse(new OneChange(item));
        Assert.Equal("mine", subscription.Id);
        Assert.Equal("mine", new OneChange(item).Id);
        await foreach (var items in subscription.Source)
        {
            Assert.Equal(item, items["k"]);
        }

        ConfigurationSource source = new OneChange(item);
        await using var changes = source.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await changes.MoveNextAsync());

        var ended = new UnsubscribeConfigurationResponse(true, "m");
        Assert.Equal((true, "m"), (ended.Ok, ended.Message));
        await using var held = new TryLockResponse { Success = false, StoreName = "s", ResourceId = "r", LockOwner = "o" };
        Assert.Equal((false, "s", "r", "o"), (held.Success, held.StoreName, held.ResourceId, held.LockOwner));
        await Assert.ThrowsAsync<DaprException>(async () => await new TryLockResponse { Success = true, StoreName = "s", ResourceId = "r", LockOwner = "o" }.DisposeAsync());
        var freed = new UnlockResponse(LockStatus.Success) { status = LockStatus.LockDoesNotExist };
        Assert.Equal(LockStatus.LockDoesNotExist, freed.status);
        var metadata = new DaprMetadata("id", [new DaprActorMetadata("t", 1)], Pairs, [new DaprComponentsMetadata("n", "t", "v", ["C"])]);
        Assert.Equal(("id", "t", 1, "n", "C"), (metadata.Id, metadata.Actors[0].Type, metadata.Actors[0].Count, metadata.Components[0].Name, metadata.Components[0].Capabilities[0]));
    }

    [Fact]
    public void Bulk_messages_keep_what_they_are_told()
    {
        var model = new BulkMessageModel<int>("i", "s", "t", "1.0", "text/plain", 1);
        Assert.Equal(("i", "s", "t", "1.0", "text/plain", 1), (model.Id, model.Source, model.Type, model.Specversion, model.Datacontenttype, model.Data));
        var same = new BulkMessageModel<int> { Id = model.Id, Source = model.Source, Type = model.Type, Specversion = model.Specversion, Datacontenttype = model.Datacontenttype, Data = model.Data };
        var entry = new BulkSubscribeMessageEntry<BulkMessageModel<int>>("0", "text/plain", Pairs, same);
        entry = new BulkSubscribeMessageEntry<BulkMessageModel<int>> { EntryId = entry.EntryId, ContentType = entry.ContentType, Metadata = entry.Metadata, Event = entry.Event };
        var message = new BulkSubscribeMessage<BulkMessageModel<int>>([entry], "t", Pairs);
        message = new BulkSubscribeMessage<BulkMessageModel<int>> { Entries = message.Entries, Topic = message.Topic, Metadata = message.Metadata };
        Assert.Equal((same, "t", Pairs), (message.Entries[0].Event, message.Topic, message.Metadata));
        var answer = new BulkSubscribeAppResponse([new BulkSubscribeAppResponseEntry("0", BulkSubscribeAppResponseStatus.RETRY)]);
        Assert.Equal(("0", "RETRY"), (answer.Statuses[0].EntryId, answer.Statuses[0].Status));
        var options = new BulkSubscribeTopicOptions { TopicName = "t", MaxMessagesCount = 5, MaxAwaitDurationMs = 6 };
        Assert.Equal(("t", 5, 6), (options.TopicName, options.MaxMessagesCount, options.MaxAwaitDurationMs));
        var bulk = new BulkSubscribeAttribute("t", 5, 6);
        Assert.Equal(("t", 5, 6), (bulk.TopicName, bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs));
        Assert.Equal((100, 7), (new BulkSubscribeAttribute("t").MaxMessagesCount, new BulkSubscribeAttribute("t", 7).MaxMessagesCount));
    }

    [Fact]
    public void A_client_can_be_derived_from() => Assert.Equal("dapr-sdk-dotnet/v1.18.5", OwnAgent.Text);

    private sealed class OneChange(ConfigurationItem item) : ConfigurationSource
    {
        public override string Id => "mine";

        public override async IAsyncEnumerator<IDictionary<string, ConfigurationItem>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new Dictionary<string, ConfigurationItem> { ["k"] = item };
        }
    }

    private abstract class OwnAgent : DaprClient
    {
        public static string Text => UserAgent().ToString();

        protected override void Dispose(bool disposing) => base.Dispose(disposing);
    }

#pragma warning disable SYSLIB0050, SYSLIB0051 // Upstream still has what formatters need.
    private sealed class OwnFailure : DaprApiException
    {
        public OwnFailure(string code)
            : base(code, true)
        {
        }

        private OwnFailure(SerializationInfo info, StreamingContext context)
            : base(info, context)
        {
        }

        public OwnFailure Copy()
        {
            var info = new SerializationInfo(typeof(OwnFailure), new FormatterConverter());
            GetObjectData(info, default);
            return new OwnFailure(info, default);
        }
    }

    private sealed class OwnDaprFailure : DaprException
    {
        private OwnDaprFailure(SerializationInfo info, StreamingContext context)
            : base(info, context)
        {
        }

        public static OwnDaprFailure Copy(DaprException failure)
        {
            var info = new SerializationInfo(typeof(DaprException), new FormatterConverter());
            failure.GetObjectData(info, default);
            return new OwnDaprFailure(info, default);
        }
    }
#pragma warning restore SYSLIB0050, SYSLIB0051
}
