using Sidecar.Json;
using Sidecar.PubSub.Envelope;
using Sidecar.Telemetry.Metrics;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.PubSub.Publishing;

/// <summary>Publishing as an app sees it, whatever protocol it speaks. Every refusal is an <see cref="Errors.ApiException"/>.</summary>
public sealed class PubSubApi(
    string appId, IReadOnlyDictionary<string, PubSubComponent> components, Publisher publisher, Tracer tracer, PubSubMetrics metrics, TimeProvider time)
{
    public string AppId => appId;

    /// <summary>The broker of a request, once its name and its topic make sense.</summary>
    public PubSubComponent Find(string pubsub, string topic, IReadOnlyDictionary<string, string>? metadata, PublishProtocol protocol)
    {
        if (pubsub.Length == 0)
        {
            throw PubSubErrors.NameEmpty(metadata);
        }

        if (!components.TryGetValue(pubsub, out var component))
        {
            throw PubSubErrors.NotFound(pubsub, protocol == PublishProtocol.Http ? metadata : null);
        }

        return topic.Length == 0 ? throw PubSubErrors.TopicEmpty(pubsub, metadata) : component;
    }

    public async ValueTask PublishAsync(PubSubComponent component, PublishRequest request, CancellationToken cancellation)
    {
        var isRaw = IsRaw(component, request.Metadata);
        var message = new BrokerMessage(request.Topic, isRaw ? request.Data : Envelope(component, request))
        {
            Metadata = isRaw && request.Protocol == PublishProtocol.Grpc ? WithTrace(request) : request.Metadata ?? MessageMetadata.None,
        };
        var started = time.GetTimestamp();
        try
        {
            await publisher.PublishAsync(component, message, request.Protocol, cancellation);
            metrics.Published(component.Name, request.Topic, success: true, time.GetElapsedTime(started));
        }
        catch (Exception failure)
        {
            metrics.Published(component.Name, request.Topic, success: false, time.GetElapsedTime(started));
            cancellation.ThrowIfCancellationRequested();
            throw PubSubErrors.Of(component.Name, request.Topic, appId, failure);
        }
    }

    /// <summary>Null when every entry was published. Throws when none may be.</summary>
    public async ValueTask<BulkFailure?> PublishManyAsync(PubSubComponent component, BulkPublishRequest request, CancellationToken cancellation)
    {
        var spans = new List<Span>();
        try
        {
            var messages = Messages(component, request, spans);
            var started = time.GetTimestamp();
            var failure = await publisher.PublishManyAsync(component, messages, request.Protocol, cancellation);
            metrics.PublishedTogether(component.Name, request.Topic, failure is null, time.GetElapsedTime(started));
            End(spans, failure is null ? 200 : 500);
            return failure;
        }
        catch (Errors.ApiException refusal)
        {
            End(spans, refusal.HttpStatus);
            throw;
        }
        catch (TopicForbiddenException forbidden)
        {
            metrics.PublishedTogether(component.Name, request.Topic, success: false, TimeSpan.Zero);
            End(spans, 403);
            throw PubSubErrors.Of(component.Name, request.Topic, appId, forbidden);
        }
    }

    public static bool IsRaw(PubSubComponent component, IReadOnlyDictionary<string, string>? metadata) =>
        PublishMetadata.TryReadRaw(metadata, out var isRaw, out var problem) ? isRaw : throw PubSubErrors.BadMetadata(component.Name, metadata, problem);

    private List<BulkMessage> Messages(PubSubComponent component, BulkPublishRequest request, List<Span> spans)
    {
        var isRaw = IsRaw(component, request.Metadata);
        var messages = new List<BulkMessage>(request.Entries.Count);
        foreach (var (id, data, contentType, metadata) in request.Entries)
        {
            var bytes = data;
            if (!isRaw)
            {
                var span = tracer.StartMessage(request.SpanName, request.Span);
                spans.Add(span);
                bytes = Envelope(component, new PublishRequest(request.Topic, data, contentType, metadata) { Span = span });
            }

            messages.Add(new(id, new BrokerMessage(request.Topic, bytes) { Metadata = metadata ?? MessageMetadata.None, ContentType = contentType }));
        }

        return messages;
    }

    private ReadOnlyMemory<byte> Envelope(PubSubComponent component, PublishRequest request)
    {
        try
        {
            return EnvelopeWriter.Write(new NewEvent(component.Name, request.Topic, appId, request.Data, request.ContentType)
            {
                Traceparent = Traceparent(request.Span),
                Tracestate = Tracestate(request.Span),
                Metadata = request.Metadata,
                Now = time.GetLocalNow(),
                ExpiresAfter = component.Has(PubSubFeatures.MessageTtl) ? null : BrokerMetadata.TimeToLive(request.Metadata ?? BrokerMessage.Empty),
            });
        }
        catch (GoJsonException problem)
        {
            throw PubSubErrors.NoCloudEvent(component.Name, appId, problem.Message);
        }
    }

    /// <summary>A message without an envelope carries its trace in the broker's metadata, if it came over gRPC.</summary>
    private static Dictionary<string, string> WithTrace(PublishRequest request) =>
        new(request.Metadata ?? BrokerMessage.Empty, StringComparer.Ordinal)
        {
            [EventMembers.TraceId] = Traceparent(request.Span),
            [EventMembers.Tracestate] = Tracestate(request.Span),
        };

    private static string Traceparent(Span? span) => span is { Context.IsValid: true } ? span.Traceparent : "";

    private static string Tracestate(Span? span) => span is { Context.IsValid: true } ? span.Tracestate ?? "" : "";

    private static void End(List<Span> spans, int status)
    {
        foreach (var span in spans)
        {
            span.EndHttp(status);
        }
    }
}
