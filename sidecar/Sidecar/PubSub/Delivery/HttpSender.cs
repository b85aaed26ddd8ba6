using Sidecar.Invocation;
using Sidecar.PubSub.Envelope;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.PubSub.Delivery;

/// <summary>Delivers to an app that speaks HTTP.</summary>
internal sealed class HttpSender(AppChannel channel, DeliverySpans tracing, int bodyLimit, ILogger log) : IAppSender
{
    public async ValueTask<AppVerdict> SendAsync(OutgoingEvent outgoing, CancellationToken cancellation)
    {
        var received = outgoing.Event;
        var span = tracing.Start(outgoing.Topic, received);
        var request = Request(outgoing.Path, received.Body, ContentTypes.CloudEvent, outgoing.Metadata, outgoing.PubSub);
        await using var answer = await CallAsync(request, span, cancellation);
        span?.EndHttp(answer.Status);
        if (answer.Status is >= 200 and <= 299)
        {
            return Verdict(await AppAnswer.ReadStatusAsync(answer, bodyLimit, cancellation), received);
        }

        var body = await AppAnswer.ReadTextAsync(answer, bodyLimit, cancellation);
        if (answer.Status == 404)
        {
            log.LogError("non-retriable error returned from app while processing pub/sub event {Id}: {Body}. status code returned: {Status}", received.Id, body, answer.Status);
            return AppVerdict.NotThere;
        }

        throw new AppStatusException(answer.Status, $"retriable error returned from app while processing pub/sub event {received.Id}, topic: {received.Topic}, body: {body}. status code returned: {answer.Status}");
    }

    public async ValueTask SendManyAsync(OutgoingBatch batch, CancellationToken cancellation)
    {
        var spans = tracing.Start(batch);
        var request = Request(batch.Path, BulkEnvelope.Write(batch), ContentTypes.Json, BrokerMessage.Empty, batch.PubSub);
        await using var answer = await CallAsync(request, spans.Count > 0 ? spans[^1] : null, cancellation);
        spans.ForEach(span => span.EndHttp(answer.Status));
        if (answer.Status is >= 200 and <= 299)
        {
            BulkAnswer.Settle(batch.Entries, await AppAnswer.ReadAsync(answer, bodyLimit, cancellation), log);
        }
        else if (answer.Status == 404)
        {
            log.LogError("Non-retriable error returned from app while processing bulk pub/sub event. status code returned: {Status}", answer.Status);
            BulkAnswer.Accept(batch.Entries);
        }
        else
        {
            throw new DeliveryException($"Retriable error returned from app while processing bulk pub/sub event, topic: {batch.Topic}. status code returned: {answer.Status}");
        }
    }

    private AppVerdict Verdict(string? status, ReceivedEvent received)
    {
        switch (status)
        {
            case null or "" or AppAnswer.Success:
                return AppVerdict.Handled;
            case AppAnswer.Retry:
                throw new DeliveryException($"RETRY status returned from app while processing pub/sub event {received.Id}: retriable error occurred");
            case AppAnswer.Drop:
                log.LogWarning("DROP status returned from app while processing pub/sub event {Id}", received.Id);
                return AppVerdict.Dropped;
            default:
                throw new DeliveryException($"unknown status returned from app while processing pub/sub event {received.Id}, status: {status}, err: retriable error occurred");
        }
    }

    private async ValueTask<InvokeAnswer> CallAsync(InvokeRequest request, Span? span, CancellationToken cancellation)
    {
        try
        {
            return await channel.InvokeAsync(request, span, cancellation);
        }
        catch (InvocationException problem)
        {
            throw new DeliveryException($"error returned from app channel while sending pub/sub event to app: retriable error occurred: {problem.Message}", problem);
        }
    }

    private static InvokeRequest Request(string route, ReadOnlyMemory<byte> body, string contentType, IReadOnlyDictionary<string, string> metadata, string pubsub)
    {
        var mark = route.IndexOf('?', StringComparison.Ordinal);
        var fields = new HeaderFields(metadata.Count + 2);
        fields.Append("Content-Length", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        fields.Append(DeliveryMetadata.PubSub, pubsub);
        foreach (var (name, value) in metadata)
        {
            if (name != DeliveryMetadata.PubSub && !name.Equals("content-length", StringComparison.OrdinalIgnoreCase))
            {
                fields.Append(name, value);
            }
        }

        return new InvokeRequest
        {
            Method = MethodPath.Clean(mark < 0 ? route : route[..mark]),
            Query = mark < 0 ? "" : route[(mark + 1)..],
            Verb = "POST",
            ContentType = contentType,
            Metadata = fields,
            Body = new BytesSource(body),
        };
    }
}
