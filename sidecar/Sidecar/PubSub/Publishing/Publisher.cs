using Sidecar.Grpc;
using Sidecar.Resiliency;

namespace Sidecar.PubSub.Publishing;

/// <summary>The last step before a broker, for the API and for dead letters alike: scopes, namespace, outbound policy.</summary>
public sealed class Publisher(string appId)
{
    private const int BulkParallelism = 100;

    public ValueTask PublishAsync(PubSubComponent component, BrokerMessage message, PublishProtocol protocol, CancellationToken cancellation)
    {
        message = Admit(component, message);
        return component.Outbound == Policy.None
            ? component.Broker.PublishAsync(message, cancellation)
            : component.Outbound.RunAsync(
                async token =>
                {
                    try
                    {
                        await component.Broker.PublishAsync(message, token);
                    }
                    catch (BrokerException refusal)
                    {
                        throw WithStatus(refusal, protocol);
                    }
                },
                cancellation);
    }

    /// <summary>All messages at once, a hundred at a time; those that failed are tried again as the policy says. Returns what is lost.</summary>
    public async ValueTask<BulkFailure?> PublishManyAsync(PubSubComponent component, IReadOnlyList<BulkMessage> messages, PublishProtocol protocol, CancellationToken cancellation)
    {
        var waiting = new List<BulkMessage>(messages.Count);
        foreach (var (id, message) in messages)
        {
            waiting.Add(new(id, Admit(component, message)));
        }

        var failed = new List<FailedEntry>();
        try
        {
            await component.Outbound.RunAsync(
                async token =>
                {
                    failed = await TryAllAsync(component.Broker, waiting, token);
                    if (failed.Count > 0)
                    {
                        waiting.RemoveAll(message => !failed.Exists(entry => entry.EntryId == message.EntryId));
                        throw failed[0].Failure is BrokerException refusal ? WithStatus(refusal, protocol) : failed[0].Failure;
                    }
                },
                cancellation);
            return null;
        }
        catch (Exception failure)
        {
            // A policy that cut the last attempt off knows better than the attempt before it.
            var isOfBroker = failed.Exists(entry => entry.Failure == failure || (failure is AppStatusException && entry.Failure.Message == failure.Message));
            return new BulkFailure(isOfBroker ? failed : waiting.ConvertAll(message => new FailedEntry(message.EntryId, failure)), failure);
        }
    }

    /// <summary>Retry policies look at the status in the words of whoever called.</summary>
    private static AppStatusException WithStatus(BrokerException refusal, PublishProtocol protocol) =>
        new(protocol == PublishProtocol.Grpc ? (int)refusal.Code : GrpcErrors.HttpOfCode(refusal.Code), refusal.Message);

    private BrokerMessage Admit(PubSubComponent component, BrokerMessage message)
    {
        if (!component.Scopes.MayPublish(message.Topic))
        {
            throw new TopicForbiddenException(message.Topic, appId);
        }

        return component.TopicPrefix.Length == 0 ? message : message with { Topic = component.AtBroker(message.Topic) };
    }

    private static async Task<List<FailedEntry>> TryAllAsync(IPubSub broker, List<BulkMessage> messages, CancellationToken cancellation)
    {
        var failed = new List<FailedEntry>();
        using var places = new SemaphoreSlim(BulkParallelism);
        var running = new List<Task>(messages.Count);
        foreach (var message in messages)
        {
            await places.WaitAsync(cancellation);
            running.Add(TryAsync(message));
        }

        await Task.WhenAll(running);
        return failed;

        async Task TryAsync(BulkMessage message)
        {
            try
            {
                await broker.PublishAsync(message.Message, cancellation);
            }
            catch (Exception failure)
            {
                lock (failed)
                {
                    failed.Add(new(message.EntryId, failure));
                }
            }
            finally
            {
                places.Release();
            }
        }
    }
}

public readonly record struct BulkMessage(string EntryId, BrokerMessage Message);

public sealed record FailedEntry(string EntryId, Exception Failure);

/// <summary>The entries that were not published, and the failure that ended the attempts.</summary>
public sealed record BulkFailure(IReadOnlyList<FailedEntry> Entries, Exception Failure);
