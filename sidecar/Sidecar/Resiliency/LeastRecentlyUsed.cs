namespace Sidecar.Resiliency;

/// <summary>Keeps so many values and forgets the one that was not asked for the longest.</summary>
internal sealed class LeastRecentlyUsed<TValue>(int capacity)
{
    private readonly Dictionary<string, LinkedListNode<(string Key, TValue Value)>> entries = [];
    private readonly LinkedList<(string Key, TValue Value)> order = new();
    private readonly Lock gate = new();

    public TValue GetOrAdd(string key, Func<string, TValue> make)
    {
        lock (gate)
        {
            if (entries.TryGetValue(key, out var entry))
            {
                order.Remove(entry);
                order.AddFirst(entry);
                return entry.Value.Value;
            }

            var value = make(key);
            entries[key] = order.AddFirst((key, value));
            if (entries.Count > capacity)
            {
                entries.Remove(order.Last!.Value.Key);
                order.RemoveLast();
            }

            return value;
        }
    }
}
