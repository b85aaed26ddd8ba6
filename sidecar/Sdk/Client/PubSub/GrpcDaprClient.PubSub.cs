using System.Globalization;
using Dapr.Common;
using Dapr.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string PublishFailed = "Publish operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private const string BulkPublishFailed = "Bulk Publish operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private const string Json = "application/json";
    private const string CloudEventJson = "application/cloudevents+json";
    private const string Bytes = "application/octet-stream";

    public override Task PublishEventAsync<TData>(string pubsubName, string topicName, TData data, CancellationToken cancellationToken = default) =>
        PublishDataAsync(pubsubName, topicName, data, null, cancellationToken);

    public override Task PublishEventAsync<TData>(string pubsubName, string topicName, TData data, Dictionary<string, string> metadata, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishDataAsync(pubsubName, topicName, data, metadata, cancellationToken);
    }

    public override Task PublishEventAsync(string pubsubName, string topicName, CancellationToken cancellationToken = default) =>
        PublishAsync(pubsubName, topicName, null, null, null, cancellationToken);

    public override Task PublishEventAsync(string pubsubName, string topicName, Dictionary<string, string> metadata, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishAsync(pubsubName, topicName, null, null, metadata, cancellationToken);
    }

    public override Task PublishByteEventAsync(string pubsubName, string topicName, ReadOnlyMemory<byte> data, string dataContentType = Json, Dictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        PublishAsync(pubsubName, topicName, UnsafeByteOperations.UnsafeWrap(data), dataContentType ?? Json, metadata, cancellationToken);

    public override async Task<BulkPublishResponse<TValue>> BulkPublishEventAsync<TValue>(string pubsubName, string topicName, IReadOnlyList<TValue> events, Dictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        ArgumentNullException.ThrowIfNull(events);
        var request = new Protos.BulkPublishRequest { PubsubName = pubsubName, Topic = topicName };
        Fill(request.Metadata, metadata);
        var entries = new Dictionary<string, BulkPublishEntry<TValue>>(events.Count, StringComparer.Ordinal);
        for (var i = 0; i < events.Count; i++)
        {
            var entry = new BulkPublishEntry<TValue>(i.ToString(CultureInfo.InvariantCulture), events[i], ContentTypeOf(events[i]), metadata ?? []);
            var sent = new Protos.BulkPublishRequestEntry { EntryId = entry.EntryId, ContentType = entry.ContentType };
            sent.Event = events[i] is byte[] bytes ? UnsafeByteOperations.UnsafeWrap(bytes) : ToJson(events[i]);
            Fill(sent.Metadata, metadata);
            request.Entries.Add(sent);
            entries.Add(entry.EntryId, entry);
        }

        var answer = await BulkPublishAsync(request, cancellationToken);
        return new BulkPublishResponse<TValue>([.. answer.FailedEntries.Select(failed => new BulkPublishResponseFailedEntry<TValue>(entries[failed.EntryId], failed.Error))]);
    }

    private Task PublishDataAsync<TData>(string pubsubName, string topicName, TData data, Dictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        if (data is null)
        {
            throw new ArgumentNullException(nameof(data));
        }

        return PublishAsync(pubsubName, topicName, ToJson(data), data is CloudEvent ? CloudEventJson : Json, metadata, cancellationToken);
    }

    private Task PublishAsync(string pubsubName, string topicName, ByteString? data, string? contentType, Dictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        var request = new Protos.PublishEventRequest { PubsubName = pubsubName, Topic = topicName, DataContentType = contentType ?? "", Data = data ?? ByteString.Empty };
        Fill(request.Metadata, metadata);
        return AskAsync(PubSubMethods.Publish, request, PublishFailed, cancellationToken).AsTask();
    }

    /// <summary>Older sidecars know the method by its first name only.</summary>
    private async Task<Protos.BulkPublishResponse> BulkPublishAsync(Protos.BulkPublishRequest request, CancellationToken cancellationToken)
    {
        WireMethod<Protos.BulkPublishResponse>[] methods = [PubSubMethods.BulkPublish, PubSubMethods.BulkPublishAlpha];
        foreach (var method in methods)
        {
            try
            {
                return await AskAsync(method, request, BulkPublishFailed, cancellationToken);
            }
            catch (DaprException problem) when (problem.InnerException is RpcException { StatusCode: StatusCode.Unimplemented })
            {
                // The next name, then.
            }
        }

        throw new DaprFeatureNotAvailableException("BulkPublish", [.. methods.Select(method => method.Path)]);
    }

    private static string ContentTypeOf<TValue>(TValue data) => data switch
    {
        byte[] => Bytes,
        CloudEvent => CloudEventJson,
        _ => Json,
    };
}
