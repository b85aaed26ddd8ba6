using System.Collections;

namespace Sidecar.Testing;

/// <summary>What happened, in order, and a way to wait for more of it.</summary>
public sealed class Ledger<T> : IReadOnlyList<T>
{
    private readonly Lock gate = new();
    private readonly List<T> entries = [];
    private TaskCompletionSource changed = New();

    internal Ledger()
    {
    }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return entries.Count;
            }
        }
    }

    public T this[int index]
    {
        get
        {
            lock (gate)
            {
                return entries[index];
            }
        }
    }

    /// <summary>The first entry of that kind, as soon as there is one; throws <see cref="TimeoutException"/> when there is none in time.</summary>
    public async Task<T> First(Func<T, bool> wanted, TimeSpan? within = null)
    {
        var found = await Wait(() => this.Where(wanted).Take(1).ToList(), some => some.Count == 1, within);
        return found[0];
    }

    /// <summary>The first so many entries, as soon as there are so many.</summary>
    public Task<List<T>> First(int count, TimeSpan? within = null) => Wait(() => this.Take(count).ToList(), some => some.Count == count, within);

    /// <summary>Over what was there when it began.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)Snapshot()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(T entry)
    {
        lock (gate)
        {
            entries.Add(entry);
        }

        Touch();
    }

    /// <summary>Adds what <paramref name="make"/> makes of the entry's place.</summary>
    internal T Add(Func<int, T> make)
    {
        T entry;
        lock (gate)
        {
            entry = make(entries.Count);
            entries.Add(entry);
        }

        Touch();
        return entry;
    }

    /// <summary>Something about an entry has changed.</summary>
    internal void Touch()
    {
        TaskCompletionSource old;
        lock (gate)
        {
            (old, changed) = (changed, New());
        }

        old.TrySetResult();
    }

    internal async Task<TFound> Wait<TFound>(Func<TFound> look, Func<TFound, bool> isEnough, TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Patience.Default);
        while (true)
        {
            Task next;
            lock (gate)
            {
                next = changed.Task;
            }

            var found = look();
            if (isEnough(found))
            {
                return found;
            }

            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException problem)
            {
                throw new TimeoutException($"waited {(within ?? Patience.Default).TotalSeconds:0.###} s in vain; what happened: {(Count == 0 ? "nothing" : string.Join(", ", this))}", problem);
            }
        }
    }

    private T[] Snapshot()
    {
        lock (gate)
        {
            return [.. entries];
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
