using System.Text.Json;
using Sidecar.Components;

namespace Sidecar.PubSub.Sqlite;

/// <summary>Durable queues in one SQLite file, for the sidecars of one process: one queue for each consumer and topic.</summary>
public sealed class SqlitePubSub : IPubSub
{
    private readonly SqlitePubSubSettings settings;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly HashSet<SqliteConsumer> consumers = [];
    private SqliteBroker? broker;
    private bool closed;

    public SqlitePubSub(ComponentSpec spec, string appId, TimeProvider time, ILogger logger)
    {
        settings = SqlitePubSubSettings.Of(spec, appId);
        (this.time, this.logger) = (time, logger);
    }

    public PubSubFeatures Features => PubSubFeatures.MessageTtl;

    public async Task InitAsync(CancellationToken cancellation) => broker = await SqliteBroker.RentAsync(settings.Path, time, logger, cancellation);

    public ValueTask PublishAsync(BrokerMessage message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var metadata = message.Metadata.Count > 0 ? JsonSerializer.SerializeToUtf8Bytes(message.Metadata) : null;
        var publication = new Publication(message, metadata, HeldMessage.Expiry(message.Metadata, settings.TimeToLive, time));
        Open().Publish(publication);
        return new(publication.Task);
    }

    public async Task<IAsyncDisposable> SubscribeAsync(BrokerSubscription subscription, MessageHandler handler, CancellationToken cancellation)
    {
        var opening = new Opening(settings.ConsumerId, subscription.Topic);
        Open().Subscribe(opening);
        var queue = await opening.Task;
        var consumer = new SqliteConsumer(queue, handler, settings, Forget, time, logger);
        lock (gate)
        {
            if (closed)
            {
                throw BrokerException.Closed();
            }

            consumers.Add(consumer);
            queue.Add(consumer);
        }

        return consumer;
    }

    public async ValueTask DisposeAsync()
    {
        SqliteConsumer[] all;
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            closed = true;
            all = [.. consumers];
        }

        await Task.WhenAll(all.Select(one => one.DisposeAsync().AsTask()));
        if (broker is not null)
        {
            await SqliteBroker.ReturnAsync(broker);
        }
    }

    private SqliteBroker Open() => broker is { } open && !Volatile.Read(ref closed) ? open : throw BrokerException.Closed();

    private void Forget(SqliteConsumer consumer)
    {
        lock (gate)
        {
            consumers.Remove(consumer);
        }
    }
}
