using Google.Protobuf;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;
using Verdict = Sidecar.Protos.TopicEventResponse.Types.TopicEventResponseStatus;

namespace Sidecar.PubSub.Delivery;

/// <summary>Delivers to an app that speaks gRPC.</summary>
internal sealed class GrpcSender(GrpcChannel channel, string? token, DeliverySpans tracing, ILogger log) : IAppSender
{
    private const string Callback = "/dapr.proto.runtime.v1.AppCallback/";
    private const string OldCallback = "/dapr.proto.runtime.v1.AppCallbackAlpha/";

    public async ValueTask<AppVerdict> SendAsync(OutgoingEvent outgoing, CancellationToken cancellation)
    {
        var received = outgoing.Event;
        var request = GrpcEvent.Request(outgoing);
        var span = tracing.Start(outgoing.Topic, received);
        var options = new GrpcCallOptions { Metadata = Metadata(outgoing.Metadata, outgoing.PubSub, span) };
        Verdict status;
        try
        {
            var reply = await channel.UnaryAsync(Callback + "OnTopicEvent", request, TopicEventResponse.Parser, options, cancellation);
            status = reply.Message.Status;
            span?.EndGrpc(GrpcCode.Ok, "");
        }
        catch (GrpcException problem)
        {
            span?.EndGrpc(problem.Code, problem.Message);
            if (problem.Code == GrpcCode.Unimplemented)
            {
                log.LogWarning("non-retriable error returned from app while processing pub/sub event {Id}: {Problem}", received.Id, problem.Message);
                return AppVerdict.NotImplemented;
            }

            throw new AppStatusException((int)problem.Code, $"error returned from app while processing pub/sub event {received.Id}: retriable error occurred: rpc error: code = {problem.Code} desc = {problem.Message}");
        }

        switch (status)
        {
            case Verdict.Success:
                return AppVerdict.Handled;
            case Verdict.Retry:
                throw new DeliveryException($"RETRY status returned from app while processing pub/sub event {received.Id}: retriable error occurred");
            case Verdict.Drop:
                log.LogWarning("DROP status returned from app while processing pub/sub event {Id}", received.Id);
                return AppVerdict.Dropped;
            default:
                throw new DeliveryException($"unknown status returned from app while processing pub/sub event {received.Id}, status: {(int)status}, err: retriable error occurred");
        }
    }

    public async ValueTask SendManyAsync(OutgoingBatch batch, CancellationToken cancellation)
    {
        var request = GrpcEvent.BulkRequest(batch);
        var spans = tracing.Start(batch);
        var options = new GrpcCallOptions { Metadata = Metadata(BrokerMessage.Empty, batch.PubSub, spans.Count > 0 ? spans[^1] : null) };
        try
        {
            var answer = await AskAsync(request, options, cancellation);
            spans.ForEach(static span => span.EndGrpc(GrpcCode.Ok, ""));
            var statuses = new List<(string Id, string Status)>(answer.Statuses.Count);
            foreach (var status in answer.Statuses)
            {
                statuses.Add((status.EntryId, Word(status.Status)));
            }

            BulkAnswer.Settle(batch.Entries, statuses, log);
        }
        catch (GrpcException problem)
        {
            spans.ForEach(span => span.EndGrpc(problem.Code, problem.Message));
            if (problem.Code != GrpcCode.Unimplemented)
            {
                throw new AppStatusException((int)problem.Code, $"error returned from app while processing bulk pub/sub event: rpc error: code = {problem.Code} desc = {problem.Message}");
            }

            log.LogWarning("non-retriable error returned from app while processing bulk pub/sub event: {Problem}", problem.Message);
            BulkAnswer.Accept(batch.Entries);
        }
    }

    /// <summary>An app that does not know the method may know its older name.</summary>
    private async ValueTask<TopicEventBulkResponse> AskAsync(TopicEventBulkRequest request, GrpcCallOptions options, CancellationToken cancellation)
    {
        try
        {
            return (await channel.UnaryAsync(Callback + "OnBulkTopicEvent", request, TopicEventBulkResponse.Parser, options, cancellation)).Message;
        }
        catch (GrpcException problem) when (problem.Code == GrpcCode.Unimplemented)
        {
            return (await channel.UnaryAsync(OldCallback + "OnBulkTopicEventAlpha1", request, TopicEventBulkResponse.Parser, options, cancellation)).Message;
        }
    }

    private List<KeyValuePair<string, string>> Metadata(IReadOnlyDictionary<string, string> fromBroker, string pubsub, Span? span)
    {
        var metadata = new List<KeyValuePair<string, string>>(fromBroker.Count + 4);
        foreach (var (name, value) in fromBroker)
        {
            var lower = name.ToLowerInvariant();
            if (lower is not ("content-type" or "content-length" or "pubsubname"))
            {
                metadata.Add(new(lower, value));
            }
        }

        metadata.Add(new("pubsubname", pubsub));
        if (span is not null)
        {
            metadata.Add(new("traceparent", span.Traceparent));
            metadata.Add(new("grpc-trace-bin", GrpcMetadata.Encode(span.Context.ToBinary())));
        }

        if (token is not null)
        {
            metadata.Add(new("dapr-api-token", token));
        }

        return metadata;
    }

    private static string Word(Verdict status) => status switch
    {
        Verdict.Success => AppAnswer.Success,
        Verdict.Retry => AppAnswer.Retry,
        Verdict.Drop => AppAnswer.Drop,
        _ => ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
