using Microsoft.AspNetCore.Http;
using Sidecar.Http;
using Sidecar.Json;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.PubSub.Publishing;

/// <summary>Publishing over HTTP.</summary>
public sealed class PubSubHttp(PubSubApi api)
{
    private const string Group = "publish";
    private const string BulkTemplate = "publish/bulk/{pubsubname}/{*topic}";

    public IEnumerable<ApiRoute> Routes =>
    [
        new("POST PUT", "v1.0", "publish/{pubsubname}/{*topic}", Group, PublishAsync),
        new("POST PUT", "v1.0", BulkTemplate, Group, PublishManyAsync),
        new("POST PUT", "v1.0-alpha1", BulkTemplate, Group, PublishManyAsync),
    ];

    private async ValueTask PublishAsync(HttpCall call)
    {
        var topic = call["topic"];
        var metadata = call.Metadata();
        var component = api.Find(call["pubsubname"], topic, metadata, PublishProtocol.Http);
        ReadOnlyMemory<byte> body;
        try
        {
            body = await call.ReadBodyAsync();
        }
        catch (BodyTooLargeException problem)
        {
            throw PubSubErrors.Failed(component.Name, topic, problem.Message);
        }

        var contentType = call.Context.Request.ContentType ?? "";
        await api.PublishAsync(component, new PublishRequest(topic, body, contentType, metadata) { Span = call.Span }, call.Cancellation);
        call.Empty();
    }

    private async ValueTask PublishManyAsync(HttpCall call)
    {
        var topic = call["topic"];
        var metadata = call.Metadata();
        var component = api.Find(call["pubsubname"], topic, metadata, PublishProtocol.Http);
        PubSubApi.IsRaw(component, metadata);
        var entries = await ReadAsync(call, component, topic, metadata);
        var request = new BulkPublishRequest(topic, entries, metadata) { Span = call.Span, SpanName = PercentEncoding.Decode(call.RawPath) };
        var failure = await api.PublishManyAsync(component, request, call.Cancellation);
        if (failure is null)
        {
            call.Empty();
        }
        else
        {
            await call.Json(Answer(failure), StatusCodes.Status500InternalServerError);
        }
    }

    private async ValueTask<List<BulkPublishEntry>> ReadAsync(HttpCall call, PubSubComponent component, string topic, Dictionary<string, string> metadata)
    {
        try
        {
            return BulkPublishBody.Read(await call.ReadBodyAsync(), metadata);
        }
        catch (Exception problem) when (problem is GoJsonException or BodyTooLargeException)
        {
            throw PubSubErrors.UnreadableEntries(component.Name, topic, api.AppId, problem.Message);
        }
        catch (BulkEntryException problem)
        {
            throw problem.IsId
                ? PubSubErrors.BadEntries(component.Name, topic, api.AppId, problem.Message)
                : PubSubErrors.NoEnvelope(component.Name, topic, api.AppId, problem.Message);
        }
    }

    private static byte[] Answer(BulkFailure failure)
    {
        var json = new GoJsonWriter();
        json.BeginObject();
        json.Name("failedEntries");
        json.BeginArray();
        foreach (var (id, problem) in failure.Entries)
        {
            json.BeginObject();
            json.Property("entryId", id);
            if (problem.Message.Length > 0)
            {
                json.Property("error", problem.Message);
            }

            json.EndObject();
        }

        json.EndArray();
        json.Property("errorCode", "ERR_PUBSUB_PUBLISH_MESSAGE");
        json.EndObject();
        return json.ToArray();
    }
}
