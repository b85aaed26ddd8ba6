using Sidecar.Errors;

namespace Sidecar.PubSub.Publishing;

/// <summary>What publishing refuses, in Dapr's words.</summary>
internal static class PubSubErrors
{
    private static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();

    public static ApiException NotFound(string pubsub, IReadOnlyDictionary<string, string>? metadata) =>
        new(404, GrpcCode.InvalidArgument, "ERR_PUBSUB_NOT_FOUND", $"pubsub {pubsub} is not found", new ErrorInfo("DAPR_PUBSUB_NOT_FOUND", metadata));

    public static ApiException NameEmpty(IReadOnlyDictionary<string, string>? metadata) =>
        Detailed(404, GrpcCode.InvalidArgument, "ERR_PUBSUB_EMPTY", "DAPR_PUBSUB_NAME_EMPTY", "", "pubsub name is empty", metadata);

    public static ApiException TopicEmpty(string pubsub, IReadOnlyDictionary<string, string>? metadata) =>
        Detailed(404, GrpcCode.InvalidArgument, "ERR_TOPIC_NAME_EMPTY", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", pubsub, $"topic is empty in pubsub {pubsub}", metadata);

    public static ApiException BadMetadata(string pubsub, IReadOnlyDictionary<string, string>? metadata, string problem) =>
        Detailed(400, GrpcCode.InvalidArgument, "ERR_PUBSUB_REQUEST_METADATA", "DAPR_PUBSUB_METADATA_DESERIALIZATION", pubsub, $"failed deserializing metadata. Error: {problem}", metadata ?? NoMetadata);

    public static ApiException NoCloudEvent(string pubsub, string appId, string problem) =>
        Detailed(500, GrpcCode.InvalidArgument, "ERR_PUBSUB_CLOUD_EVENTS_SER", "DAPR_PUBSUB_CLOUD_EVENT_CREATION", pubsub, "cannot create cloudevent", OfApp(appId, problem));

    public static ApiException NoEnvelope(string pubsub, string topic, string appId, string problem) =>
        Detailed(400, GrpcCode.InvalidArgument, "ERR_PUBSUB_EVENTS_SER", "DAPR_PUBSUB_MARSHAL_ENVELOPE", pubsub, $"error when marshalling cloud event envelope for topic {topic} pubsub {pubsub}: {problem}", OfApp(appId, problem));

    public static ApiException BadEntries(string pubsub, string topic, string appId, string problem) =>
        Detailed(400, GrpcCode.InvalidArgument, "ERR_PUBSUB_EVENTS_SER", "DAPR_PUBSUB_MARSHAL_EVENTS", pubsub, $"error marshaling events to bytes for topic {topic} pubsub {pubsub}. error: {problem}", OfApp(appId, problem));

    public static ApiException UnreadableEntries(string pubsub, string topic, string appId, string problem) =>
        Detailed(400, GrpcCode.InvalidArgument, "ERR_PUBSUB_EVENTS_SER", "DAPR_PUBSUB_UNMARSHAL_EVENTS", pubsub, $"error when unmarshaling the request for topic {topic} pubsub {pubsub}: {problem}", OfApp(appId));

    /// <summary>The error of a publish that got as far as the broker, or was held back just before.</summary>
    public static ApiException Of(string pubsub, string topic, string appId, Exception failure) => failure switch
    {
        TopicForbiddenException => Detailed(403, GrpcCode.PermissionDenied, "ERR_PUBSUB_FORBIDDEN", "DAPR_PUBSUB_FORBIDDEN", pubsub, $"topic {topic} is not allowed for app id {appId}", OfTopic(topic, failure.Message)),
        _ => Failed(pubsub, topic, failure.Message),
    };

    public static ApiException Failed(string pubsub, string topic, string problem) =>
        Detailed(500, GrpcCode.Internal, "ERR_PUBSUB_PUBLISH_MESSAGE", "DAPR_PUBSUB_PUBLISH_MESSAGE", pubsub, $"error when publishing to topic {topic} in pubsub {pubsub}: {problem}", OfTopic(topic, problem));

    private static ApiException Detailed(int status, GrpcCode grpc, string code, string reason, string pubsub, string message, IReadOnlyDictionary<string, string>? metadata) =>
        new(status, grpc, code, message, new ResourceInfo("pubsub", pubsub, "", message), new ErrorInfo(reason, metadata));

    private static Dictionary<string, string> OfApp(string appId) => new(StringComparer.Ordinal) { ["appID"] = appId };

    private static Dictionary<string, string> OfApp(string appId, string problem) => new(StringComparer.Ordinal) { ["appID"] = appId, ["error"] = problem };

    private static Dictionary<string, string> OfTopic(string topic, string problem) => new(StringComparer.Ordinal) { ["topic"] = topic, ["error"] = problem };
}

/// <summary>The scopes of the component do not let this app publish there.</summary>
public sealed class TopicForbiddenException(string topic, string appId) : Exception($"topic {topic} is not allowed for app id {appId}");
