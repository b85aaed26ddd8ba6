namespace Sidecar.State.Sqlite;

/// <summary>Work on its way to threads that may block. A thread without work sleeps in <see cref="Take"/>.</summary>
internal sealed class Inbox<T>
{
    private readonly object gate = new();
    private readonly Queue<T> waiting = new();
    private bool closed;

    /// <summary>False when nobody will take it any more.</summary>
    public bool Add(T item)
    {
        lock (gate)
        {
            if (!closed)
            {
                waiting.Enqueue(item);
                Monitor.Pulse(gate);
            }

            return !closed;
        }
    }

    /// <summary>Moves what waits, at most so many, to the end of the list. False when there will never be more.</summary>
    public bool Take(List<T> items, int most) => Take(items, most, Timeout.InfiniteTimeSpan);

    /// <summary>Moves what waits, at most so many, to the end of the list; nothing when nothing came within the patience. False when there will never be more.</summary>
    public bool Take(List<T> items, int most, TimeSpan patience)
    {
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closed)
                {
                    return false;
                }

                if (!Monitor.Wait(gate, patience))
                {
                    return true;
                }
            }

            while (most-- > 0 && waiting.TryDequeue(out var item))
            {
                items.Add(item);
            }

            return true;
        }
    }

    /// <summary>What waits is still taken.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }
}
