namespace Sidecar.PubSub.Sqlite;

/// <summary>
/// The window of one queue that is in memory. New messages enter it straight from the commit; what does not fit stays on disk and is
/// read in pages when there is room again.
/// </summary>
internal sealed class SqliteQueue(SqliteBroker broker, long number, string topic, long last, TimeProvider time)
{
    private const int Window = 2000;
    private const long WindowBytes = 16 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly List<SqliteConsumer> consumers = [];
    private readonly Dictionary<long, HeldMessage> held = [];
    private readonly Queue<HeldMessage> ready = new();
    private readonly Queue<HeldMessage> again = new();
    private readonly PriorityQueue<HeldMessage, DateTimeOffset> delayed = new();
    private ITimer? timer;
    private int users;
    private int turn;
    private bool isLoading;
    private long heldBytes;
    private long reserved = Math.Max(last, number << SqliteQueueFile.PlaceBits);
    private long committed = Math.Max(last, number << SqliteQueueFile.PlaceBits);
    private long loaded = number << SqliteQueueFile.PlaceBits;

    public string Topic => topic;

    /// <summary>For the writer alone: the id that the next message gets.</summary>
    public long Reserve() => ++reserved;

    public void Add(SqliteConsumer consumer)
    {
        lock (gate)
        {
            users++;
            consumers.Add(consumer);
            Proceed();
        }
    }

    /// <summary>It finishes what it has and gets nothing more.</summary>
    public void Retire(SqliteConsumer consumer)
    {
        lock (gate)
        {
            consumers.Remove(consumer);
        }
    }

    /// <summary>When the last one goes, what was not handled is forgotten here and read again for the next.</summary>
    public void Remove()
    {
        lock (gate)
        {
            if (--users > 0)
            {
                return;
            }

            loaded = held.Count > 0 ? held.Keys.Min() - 1 : loaded;
            held.Clear();
            ready.Clear();
            again.Clear();
            delayed.Clear();
            heldBytes = 0;
        }
    }

    /// <summary>A message that is safe on disk now.</summary>
    public void Offer(HeldMessage message)
    {
        lock (gate)
        {
            var hasAllBefore = loaded == committed;
            committed = message.Id;
            if (hasAllBefore && consumers.Count > 0 && held.Count < Window && heldBytes < WindowBytes)
            {
                Hold(message);
                Proceed();
            }
        }
    }

    /// <summary>Where the next page begins and ends.</summary>
    public (long After, long UpTo) Next()
    {
        lock (gate)
        {
            return (loaded, ((number + 1) << SqliteQueueFile.PlaceBits) - 1);
        }
    }

    public void Accept(long after, List<HeldMessage> page, bool isLast)
    {
        lock (gate)
        {
            isLoading = false;
            if (after == loaded && consumers.Count > 0)
            {
                page.ForEach(Hold);
                loaded = isLast ? committed : loaded;
            }

            Proceed();
        }
    }

    public void Finish(SqliteConsumer consumer, HeldMessage message, bool isHandled)
    {
        lock (gate)
        {
            consumer.Running--;
            if (isHandled)
            {
                Release(message);
            }
            else if (!held.ContainsKey(message.Id))
            {
                // Its subscription ended without waiting for it: it is read from disk again.
            }
            else if (consumers.Contains(consumer))
            {
                Delay(message, consumer.PauseAfter(++message.Failures));
            }
            else
            {
                again.Enqueue(message);
            }

            Proceed();
        }
    }

    private void Hold(HeldMessage message)
    {
        held.Add(message.Id, message);
        heldBytes += message.Message.Data.Length;
        ready.Enqueue(message);
        loaded = message.Id;
    }

    private void Release(HeldMessage message)
    {
        broker.Acknowledge(message.Id);
        if (held.Remove(message.Id))
        {
            heldBytes -= message.Message.Data.Length;
        }
    }

    private void Proceed()
    {
        while (ready.Count + again.Count > 0 && Pick() is { } consumer)
        {
            var message = again.Count > 0 ? again.Dequeue() : ready.Dequeue();
            if (message.HasExpired(time))
            {
                Release(message);
                continue;
            }

            consumer.Running++;
            consumer.Start(message);
        }

        if (!isLoading && loaded < committed && consumers.Count > 0 && held.Count <= Window / 2 && heldBytes <= WindowBytes / 2)
        {
            isLoading = true;
            broker.Load(this);
        }
    }

    private SqliteConsumer? Pick()
    {
        for (var tried = 0; tried < consumers.Count; tried++)
        {
            turn = (turn + 1) % consumers.Count;
            if (consumers[turn].HasRoom)
            {
                return consumers[turn];
            }
        }

        return null;
    }

    private void Delay(HeldMessage message, TimeSpan pause)
    {
        var due = time.GetUtcNow() + pause;
        if (!delayed.TryPeek(out _, out var earliest) || due < earliest)
        {
            timer ??= time.CreateTimer(static queue => ((SqliteQueue)queue!).Awaken(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Change(pause, Timeout.InfiniteTimeSpan);
        }

        delayed.Enqueue(message, due);
    }

    private void Awaken()
    {
        lock (gate)
        {
            while (delayed.TryPeek(out var message, out var due))
            {
                var left = due - time.GetUtcNow();
                if (left > TimeSpan.Zero)
                {
                    timer!.Change(left, Timeout.InfiniteTimeSpan);
                    break;
                }

                delayed.Dequeue();
                again.Enqueue(message);
            }

            Proceed();
        }
    }
}
