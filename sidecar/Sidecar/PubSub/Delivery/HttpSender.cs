using System.Collections.Concurrent;
using Sidecar.Http;
using Sidecar.Invocation;
using Sidecar.PubSub.Envelope;
using Sidecar.Resiliency;

namespace Sidecar.PubSub.Delivery;

/// <summary>Delivers to an app that speaks HTTP.</summary>
internal sealed class HttpSender(AppChannel channel, PubSubTracing tracing, int bodyLimit, ILogger log) : IAppSender
{
    private readonly ConcurrentDictionary<string, Uri> addresses = new(StringComparer.Ordinal);

    public async ValueTask<bool> SendAsync(OutgoingEvent outgoing, CancellationToken cancellation)
    {
        var received = outgoing.Event;
        var span = received.Trace is { } parent ? tracing.StartDelivery(outgoing.Topic, parent) : null;
        using var request = Request(outgoing.Path, received.Body, ContentTypes.CloudEvent);
        DeliveryHeaders.Add(request, outgoing.Metadata, outgoing.PubSub, span);
        using var answer = await CallAsync(request, span, cancellation);
        var status = (int)answer.StatusCode;
        if (status is >= 200 and <= 299)
        {
            return Handled(await AppAnswer.ReadStatusAsync(answer, bodyLimit, cancellation), received);
        }

        var body = await AppAnswer.ReadTextAsync(answer, bodyLimit, cancellation);
        if (status == 404)
        {
            log.LogError("non-retriable error returned from app while processing pub/sub event {Id}: {Body}. status code returned: {Status}", received.Id, body, status);
            return false;
        }

        throw new AppStatusException(status, $"retriable error returned from app while processing pub/sub event {received.Id}, topic: {received.Topic}, body: {body}. status code returned: {status}");
    }

    public async ValueTask SendManyAsync(OutgoingBatch batch, CancellationToken cancellation)
    {
        var spans = Spans(batch);
        using var request = Request(batch.Path, BulkEnvelope.Write(batch), ContentTypes.Json);
        DeliveryHeaders.Add(request, BrokerMessage.Empty, batch.PubSub, spans.Count > 0 ? spans[^1] : null);
        using var answer = await CallAsync(request, span: null, cancellation);
        var status = (int)answer.StatusCode;
        foreach (var span in spans)
        {
            span.EndHttp(status);
        }

        if (status is >= 200 and <= 299)
        {
            BulkAnswer.Settle(batch.Entries, await AppAnswer.ReadAsync(answer, bodyLimit, cancellation), log);
        }
        else if (status == 404)
        {
            log.LogError("Non-retriable error returned from app while processing bulk pub/sub event. status code returned: {Status}", status);
            BulkAnswer.Accept(batch.Entries);
        }
        else
        {
            throw new DeliveryException($"Retriable error returned from app while processing bulk pub/sub event, topic: {batch.Topic}. status code returned: {status}");
        }
    }

    private bool Handled(string? status, ReceivedEvent received)
    {
        switch (status)
        {
            case null or "" or AppAnswer.Success:
                return true;
            case AppAnswer.Retry:
                throw new DeliveryException($"RETRY status returned from app while processing pub/sub event {received.Id}: retriable error occurred");
            case AppAnswer.Drop:
                log.LogWarning("DROP status returned from app while processing pub/sub event {Id}", received.Id);
                return false;
            default:
                throw new DeliveryException($"unknown status returned from app while processing pub/sub event {received.Id}, status: {status}, err: retriable error occurred");
        }
    }

    private List<MessageSpan> Spans(OutgoingBatch batch)
    {
        var spans = new List<MessageSpan>();
        foreach (var entry in batch.Entries)
        {
            if (entry.Event?.Trace is { } parent && tracing.StartDelivery(batch.Topic, parent) is { } span)
            {
                spans.Add(span);
            }
        }

        return spans;
    }

    private async ValueTask<HttpResponseMessage> CallAsync(HttpRequestMessage request, MessageSpan? span, CancellationToken cancellation)
    {
        try
        {
            var answer = await channel.SendAsync(request, cancellation);
            span?.EndHttp((int)answer.StatusCode);
            return answer;
        }
        catch (HttpRequestException problem)
        {
            throw new DeliveryException($"error returned from app channel while sending pub/sub event to app: retriable error occurred: {problem.Message}", problem);
        }
    }

    private HttpRequestMessage Request(string path, ReadOnlyMemory<byte> body, string contentType)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var address = addresses.GetOrAdd(path, static (path, root) => new Uri(root, GoUrl.Clean(path)), channel.Address);
        return new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
    }
}
