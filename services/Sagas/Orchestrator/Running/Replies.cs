using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Deliveries;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>Brings what participants answer to the saga that asked. A reply is acknowledged only after its saga has it, or a step that is done again if it cannot pass it on.</summary>
internal sealed class Replies(SagaStore store, LiveSagas live, WorkflowStarts workflows, CommandStore documents, TimeProvider time)
{
    private const int MostLate = 20;
    private static readonly JsonSerializerOptions Strict = new(StoredJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Throws <see cref="JsonException"/> for what is no reply: time does not mend it.</summary>
    public static Reply Read(JsonElement data)
    {
        var reply = data.Deserialize<Reply>(Strict) ?? throw new JsonException("The reply is null.");
        return SagaData.IsId(reply.SagaId) && reply is { Command.Length: > 0 and <= 200, Step.Length: > 0 and <= 200, Attempt: > 0 } ? reply
            : throw new JsonException("A reply has the command's topic, a sagaId, a step of at most 200 characters, and an attempt from 1 on.");
    }

    public async Task Take(Reply reply, CancellationToken cancellation)
    {
        using var span = Carrying.Span("reply", saga: null, reply.SagaId, reply.Step);
        if (live.Data(reply.SagaId) is null)
        {
            var head = (await store.Head(reply.SagaId, cancellation)).Document ?? throw new UnknownSagaException(reply.SagaId);
            if (head.State.HasEnded())
            {
                await Note(reply, cancellation);
                return;
            }
        }

        var name = EventNames.Reply(reply.Command, reply.Step, reply.Attempt);
        if (!live.Hand(name, reply))
        {
            await workflows.Raise(reply.SagaId, name, reply, cancellation);
        }
    }

    /// <summary>It changes nothing, and whoever reads the trail sees that it came.</summary>
    private async Task Note(Reply reply, CancellationToken cancellation)
    {
        var (key, head, etag) = await store.Head(reply.SagaId, cancellation);
        var line = new TrailLine(time.GetUtcNow(), Trail.Late, reply.Step, Attempt: reply.Attempt, Reasons: reply.Reasons, Output: new(reply.Id, reply.Version));
        if (head!.Late.Count < MostLate && !head.Late.Any(one => one with { At = line.At, Reasons = line.Reasons } == line) &&
            !await documents.Replace(key, StoredJson.Bytes(head with { Late = [.. head.Late, line] }), etag, cancellation))
        {
            throw new RaceLostException();
        }
    }
}

/// <summary>A reply for a saga that never was here.</summary>
internal sealed class UnknownSagaException(string sagaId)
    : Exception($"There is no saga {sagaId} here. Was the reply sent to the wrong topic, or the coordinator's store restored without it?");

internal static class ReplyRoutes
{
    public static void MapReplies(this IEndpointRouteBuilder routes)
    {
        var topics = routes.ServiceProvider.GetRequiredService<SagaTopics>();
        routes.MapDelivery(topics.Replies, (delivery, services, cancellation) => services.GetRequiredService<Replies>().Take(Replies.Read(delivery.Data), cancellation));
    }

    /// <summary>What the coordinator tells itself, so that nothing it committed is forgotten with the process that did.</summary>
    public static void MapNews(this IEndpointRouteBuilder routes)
    {
        var topics = routes.ServiceProvider.GetRequiredService<SagaTopics>();
        routes.MapDelivery(topics.News, async (delivery, services, cancellation) =>
        {
            var news = delivery.Data.Deserialize<SagaNews>(StoredJson.Options) ?? throw new JsonException("The message is null.");
            await services.GetRequiredService<News>().Take(news, cancellation);
        });
        routes.MapDelivery(topics.Verbs, async (delivery, services, cancellation) =>
        {
            var told = delivery.Data.Deserialize<SagaTold>(StoredJson.Options) ?? throw new JsonException("The message is null.");
            await services.GetRequiredService<WorkflowStarts>().Raise(told.SagaId, EventNames.Verb(told.Verb.Occurrence), told.Verb, cancellation);
        });
    }
}
