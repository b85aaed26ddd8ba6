using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;

namespace Sidecar.Absent;

/// <summary>Subscriptions that an app opens as a stream.</summary>
internal sealed class AbsentStreams(KnownComponents known)
{
    public void Register(GrpcMethods methods) => methods.Streaming(GrpcMethods.Dapr + "SubscribeTopicEventsAlpha1", SubscribeAsync);

    private async ValueTask SubscribeAsync(GrpcCall call)
    {
        var first = await call.ReadAsync(SubscribeTopicEventsRequestAlpha1.Parser);
        throw first?.InitialRequest switch
        {
            _ when first is null => GrpcErrors.Of(GrpcCode.Unknown, "EOF"),
            null => GrpcErrors.Of(GrpcCode.Unknown, "initial request is required"),
            { PubsubName: "" } => GrpcErrors.Of(GrpcCode.Unknown, "pubsubName is required"),
            { Topic: "" } => GrpcErrors.Of(GrpcCode.Unknown, "topic is required"),
            var request when !known.PubSubs.Contains(request.PubsubName) =>
                GrpcErrors.Of(GrpcCode.InvalidArgument, $"pubsub {request.PubsubName} is not found", new ErrorInfo("DAPR_PUBSUB_NOT_FOUND")),
            _ => GrpcErrors.Unimplemented("this sidecar does not serve streaming subscriptions"),
        };
    }
}
