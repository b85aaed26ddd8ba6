using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Sidecar.Protos;
using Sidecar.Protos.Internals;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry;

/// <summary>What the span of a gRPC call says.</summary>
internal static class GrpcSpanTags
{
    private const string UserPrefix = "dapr-";
    private const string TokenHeader = "dapr-api-token";

    /// <summary>What the caller wants to find again in the span: its metadata that begins with dapr-.</summary>
    public static void WriteMetadata(Span span, IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            if (name.StartsWith(UserPrefix, StringComparison.OrdinalIgnoreCase) && !name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase) &&
                !name.Equals(TokenHeader, StringComparison.OrdinalIgnoreCase))
            {
                span.Tag(name.ToLowerInvariant(), values[0]);
            }
        }
    }

    public static void Write(Span span, IMessage request, string method, string appId)
    {
        switch (request)
        {
            case InvokeServiceRequest invoke:
                span.Name = $"CallLocal/{invoke.Id}/{invoke.Message?.Method}";
                span.Tag("rpc.service", "ServiceInvocation");
                span.Tag("net.peer.name", invoke.Id);
                break;
            case InternalInvokeRequest { Actor: null } local:
                WriteLocal(span, appId, local.Message?.Method ?? "");
                break;
            case InternalInvokeRequest { Actor: { } actor } called:
                span.Name = $"CallActor/{actor.ActorType}/{called.Message?.Method}";
                span.Tag("rpc.service", "ServiceInvocation");
                span.Tag("dapr.actor", $"{actor.ActorType}.{actor.ActorId}");
                break;
            case PublishEventRequest publish:
                WriteTopic(span, publish.Topic);
                break;
            case BulkPublishRequest bulk:
                WriteTopic(span, bulk.Topic);
                break;
            case InvokeBindingRequest binding:
                WriteStore(span, "bindings", binding.Name, method);
                break;
            case GetStateRequest get:
                WriteStore(span, "state", get.StoreName, method);
                break;
            case SaveStateRequest save:
                WriteStore(span, "state", save.StoreName, method);
                break;
            case DeleteStateRequest delete:
                WriteStore(span, "state", delete.StoreName, method);
                break;
            case GetSecretRequest secret:
                WriteStore(span, "secrets", secret.StoreName, method);
                break;
        }
    }

    /// <summary>The app's side of an invocation.</summary>
    public static void WriteLocal(Span span, string appId, string method)
    {
        span.Name = $"CallLocal/{appId}/{method}";
        span.Tag("rpc.service", "ServiceInvocation");
        span.Tag("dapr.invoke_method", method);
    }

    private static void WriteTopic(Span span, string topic)
    {
        span.Tag("rpc.service", "Dapr");
        span.Tag("messaging.system", "pubsub");
        span.Tag("messaging.destination.name", topic);
    }

    private static void WriteStore(Span span, string kind, string name, string method)
    {
        span.Tag("rpc.service", "Dapr");
        span.Tag("db.name", name);
        span.Tag("db.system", kind);
        span.Tag("db.statement", method);
        span.Tag("db.connection_string", kind);
    }
}
