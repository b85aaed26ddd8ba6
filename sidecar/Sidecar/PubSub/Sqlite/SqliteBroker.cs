using Sidecar.Components;

namespace Sidecar.PubSub.Sqlite;

/// <summary>One file and the thread that has it. Sidecars of the same process that name the same file share one.</summary>
internal sealed class SqliteBroker
{
    private const int ManyAcknowledgements = 512;
    private static readonly SemaphoreSlim Registry = new(1, 1);
    private static readonly Dictionary<string, SqliteBroker> Brokers = new(StringComparer.Ordinal);

    private readonly string path;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly object gate = new();
    private SqliteWork waiting = new();
    private bool stopping;
    private int tenants;

    private SqliteBroker(string path, TimeProvider time, ILogger logger) => (this.path, this.time, this.logger) = (path, time, logger);

    public static async Task<SqliteBroker> RentAsync(string path, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        await Registry.WaitAsync(cancellation);
        try
        {
            if (!Brokers.TryGetValue(path, out var broker))
            {
                broker = new(path, time, logger);
                new Thread(broker.Run) { IsBackground = true, Name = "pubsub.sqlite" }.Start();
                await broker.opened.Task;
                Brokers.Add(path, broker);
            }

            broker.tenants++;
            return broker;
        }
        finally
        {
            Registry.Release();
        }
    }

    public static async Task ReturnAsync(SqliteBroker broker)
    {
        await Registry.WaitAsync();
        try
        {
            if (--broker.tenants == 0)
            {
                Brokers.Remove(broker.path);
                broker.Stop();
                await broker.closed.Task;
            }
        }
        finally
        {
            Registry.Release();
        }
    }

    public void Publish(Publication publication)
    {
        lock (gate)
        {
            Admit();
            waiting.Publications.Add(publication);
        }
    }

    public void Subscribe(Opening opening)
    {
        lock (gate)
        {
            Admit();
            waiting.Openings.Add(opening);
        }
    }

    public void Load(SqliteQueue queue)
    {
        lock (gate)
        {
            waiting.Loads.Add(queue);
            Monitor.Pulse(gate);
        }
    }

    /// <summary>These can wait a little: a lost one only means a second delivery.</summary>
    public void Acknowledge(long message)
    {
        lock (gate)
        {
            waiting.Acknowledgements.Add(message);
            if (waiting.Acknowledgements.Count is 1 or ManyAcknowledgements)
            {
                Monitor.Pulse(gate);
            }
        }
    }

    /// <summary>All that waits, in exchange for an empty one; it is empty too when nothing came within the rest. False when that was the last.</summary>
    public bool Take(ref SqliteWork work, TimeSpan leisure, TimeSpan rest, bool mayWait)
    {
        lock (gate)
        {
            while (mayWait && !stopping && !waiting.IsUrgent && waiting.Acknowledgements.Count < ManyAcknowledgements)
            {
                mayWait = Monitor.Wait(gate, waiting.Acknowledgements.Count == 0 ? rest : leisure);
            }

            (work, waiting) = (waiting, work);
            return !stopping || work.IsUrgent || work.ChangesTheFile;
        }
    }

    private void Admit()
    {
        if (stopping)
        {
            throw BrokerException.Closed();
        }

        Monitor.Pulse(gate);
    }

    private void Stop()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.Pulse(gate);
        }
    }

    private void Run()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var owned = SqliteFileLock.Take(path);
            using var file = new SqliteQueueFile(path);
            var writer = new SqliteWriter(this, file, time, logger);
            opened.SetResult();
            writer.Serve();
        }
        catch (Exception failure) when (opened.TrySetException(failure as ComponentException ?? new ComponentException($"{path} cannot be opened: {failure.Message}", failure)))
        {
        }
        catch (Exception failure)
        {
            logger.LogCritical(failure, "pubsub.sqlite has stopped writing {Path}", path);
        }
        finally
        {
            Stop();
            lock (gate)
            {
                waiting.Fail(BrokerException.Closed());
            }

            closed.SetResult();
        }
    }
}
