namespace Sidecar.PubSub.Sqlite;

/// <summary>
/// What the thread of a file does: all that waits goes into one transaction, so that the disk is asked once for everybody. Only then do
/// publishers get their answer and consumers their messages.
/// </summary>
internal sealed class SqliteWriter
{
    private const int PageLength = 256;
    private static readonly TimeSpan Leisure = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly SqliteBroker broker;
    private readonly SqliteQueueFile file;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Dictionary<(string Consumer, string Topic), SqliteQueue> queues = [];
    private readonly Dictionary<(string Consumer, string Topic), long> added = [];
    private readonly Dictionary<string, List<SqliteQueue>> byTopic = new(StringComparer.Ordinal);
    private readonly List<(SqliteQueue Queue, HeldMessage Message)> deliveries = [];

    public SqliteWriter(SqliteBroker broker, SqliteQueueFile file, TimeProvider time, ILogger logger)
    {
        (this.broker, this.file, this.time, this.logger) = (broker, file, time, logger);
        foreach (var (id, consumer, topic, last) in file.Queues())
        {
            Remember(id, (consumer, topic), last);
        }
    }

    public void Serve()
    {
        var work = new SqliteWork();
        var (mayShrink, hasRested) = (true, false);
        var leisure = Leisure;
        while (broker.Take(ref work, leisure, hasRested ? Timeout.InfiniteTimeSpan : Rest, mayWait: !mayShrink))
        {
            if (!work.IsUrgent && !work.ChangesTheFile)
            {
                hasRested = !mayShrink;
                mayShrink = mayShrink ? Tidied(file.Shrink) : Tidied(EmptyLog);
                continue;
            }

            hasRested &= !work.ChangesTheFile;
            leisure = TryWrite(work) ? Leisure : AfterFailure;
            mayShrink |= work.Acknowledgements.Count > 0;
            work.Loads.ForEach(Load);
            work.Clear();
        }
    }

    private bool TryWrite(SqliteWork work)
    {
        if (!work.ChangesTheFile)
        {
            return true;
        }

        added.Clear();
        deliveries.Clear();
        try
        {
            file.InOneGo(() => Write(work));
        }
        catch (SqliteFailure failure)
        {
            logger.LogError("pubsub.sqlite: {Failure}", failure.Message);
            work.Fail(new BrokerException($"the message was not stored: {failure.Message}", inner: failure));
            work.Acknowledgements.ForEach(broker.Acknowledge);
            return false;
        }

        foreach (var (key, id) in added)
        {
            Remember(id, key, last: 0);
        }

        work.Publications.ForEach(publication => publication.TrySetResult());
        deliveries.ForEach(delivery => delivery.Queue.Offer(delivery.Message));
        work.Openings.ForEach(opening => opening.TrySetResult(queues[opening.Key]));
        return true;
    }

    private void Write(SqliteWork work)
    {
        foreach (var opening in work.Openings)
        {
            if (!queues.ContainsKey(opening.Key) && !added.ContainsKey(opening.Key))
            {
                added[opening.Key] = file.AddQueue(opening.Key.Consumer, opening.Key.Topic);
            }
        }

        work.Acknowledgements.ForEach(file.Remove);
        foreach (var publication in work.Publications)
        {
            foreach (var queue in byTopic.GetValueOrDefault(publication.Message.Topic) ?? [])
            {
                var message = new HeldMessage(queue.Reserve(), publication.Expires, publication.Message);
                file.Add(message.Id, publication.Expires, publication.Metadata, publication.Message.Data.Span);
                deliveries.Add((queue, message));
            }
        }
    }

    private void Load(SqliteQueue queue)
    {
        var page = new List<HeldMessage>();
        var (after, upTo) = queue.Next();
        try
        {
            var isLast = file.Read(queue.Topic, after, upTo, PageLength, page);
            queue.Accept(after, page, isLast);
        }
        catch (SqliteFailure failure)
        {
            logger.LogError("pubsub.sqlite: reading messages of {Topic}: {Failure}", queue.Topic, failure.Message);
            _ = LoadLaterAsync(queue);
        }
    }

    private async Task LoadLaterAsync(SqliteQueue queue)
    {
        await Task.Delay(AfterFailure, time);
        broker.Load(queue);
    }

    private bool EmptyLog()
    {
        file.EmptyLog();
        return false;
    }

    private bool Tidied(Func<bool> tidy)
    {
        try
        {
            return tidy();
        }
        catch (SqliteFailure failure)
        {
            logger.LogDebug("pubsub.sqlite: tidying up: {Failure}", failure.Message);
            return false;
        }
    }

    private void Remember(long id, (string Consumer, string Topic) key, long last)
    {
        var queue = new SqliteQueue(broker, id, key.Topic, last, time);
        queues.Add(key, queue);
        if (!byTopic.TryGetValue(key.Topic, out var listeners))
        {
            byTopic.Add(key.Topic, listeners = []);
        }

        listeners.Add(queue);
    }
}
