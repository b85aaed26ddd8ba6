using Dapr.Wire;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Client;

/// <summary>The publishing methods of the sidecar.</summary>
internal static class PubSubMethods
{
    public static readonly WireMethod<Empty> Publish = new("/dapr.proto.runtime.v1.Dapr/PublishEvent", Empty.Parser);
    public static readonly WireMethod<Protos.BulkPublishResponse> BulkPublish = new("/dapr.proto.runtime.v1.Dapr/BulkPublishEvent", Protos.BulkPublishResponse.Parser);
    public static readonly WireMethod<Protos.BulkPublishResponse> BulkPublishAlpha = new("/dapr.proto.runtime.v1.Dapr/BulkPublishEventAlpha1", Protos.BulkPublishResponse.Parser);
}
