using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.PubSub.Publishing;

/// <summary>Publishing over gRPC.</summary>
public sealed class PubSubGrpc(PubSubApi api, Tracer tracer)
{
    private static readonly Empty Nothing = new();
    private static readonly BulkPublishResponse AllPublished = new();

    public void Register(GrpcMethods methods)
    {
        methods.Unary(GrpcMethods.Dapr + "PublishEvent", PublishEventRequest.Parser, PublishAsync);
        methods.Unary(GrpcMethods.Dapr + "BulkPublishEvent", Protos.BulkPublishRequest.Parser, PublishManyAsync);
        methods.Unary(GrpcMethods.Dapr + "BulkPublishEventAlpha1", Protos.BulkPublishRequest.Parser, PublishManyAsync);
    }

    private async ValueTask<Empty> PublishAsync(PublishEventRequest asked, GrpcCall call)
    {
        var metadata = Map(asked.Metadata);
        var component = api.Find(asked.PubsubName, asked.Topic, metadata, PublishProtocol.Grpc);
        var request = new PublishRequest(asked.Topic, asked.Data.Memory, asked.DataContentType, metadata)
        {
            Protocol = PublishProtocol.Grpc,
            Span = tracer.Current,
        };
        await api.PublishAsync(component, request, call.Cancellation);
        return Nothing;
    }

    private async ValueTask<BulkPublishResponse> PublishManyAsync(Protos.BulkPublishRequest asked, GrpcCall call)
    {
        var metadata = Map(asked.Metadata);
        var component = api.Find(asked.PubsubName, asked.Topic, metadata, PublishProtocol.Grpc);
        PubSubApi.IsRaw(component, metadata);
        var request = new BulkPublishRequest(asked.Topic, Entries(asked, metadata), metadata) 
        {
            Protocol = PublishProtocol.Grpc,
            Span = tracer.Current,
            SpanName = call.Method + "/",
        };
        var failure = await api.PublishManyAsync(component, request, call.Cancellation);
        return failure is null ? AllPublished : throw PubSubErrors.Of(component.Name, asked.Topic, api.AppId, failure.Failure);
    }

    private List<BulkPublishEntry> Entries(Protos.BulkPublishRequest asked, IReadOnlyDictionary<string, string>? metadata)
    {
        var entries = new List<BulkPublishEntry>(asked.Entries.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in asked.Entries)
        {
            try
            {
                BulkPublishBody.RequireNew(ids, entry.EntryId);
            }
            catch (BulkEntryException problem)
            {
                throw PubSubErrors.BadEntries(asked.PubsubName, asked.Topic, api.AppId, problem.Message);
            }

            entries.Add(new(entry.EntryId, entry.Event.Memory, entry.ContentType, BulkPublishEntry.Merge(metadata, Map(entry.Metadata))));
        }

        return entries;
    }

    /// <summary>On this wire an empty map and none are the same, and Go takes it for none.</summary>
    private static MapField<string, string>? Map(MapField<string, string> map) => map.Count == 0 ? null : map;
}
