using System.Collections.Concurrent;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>What was kept last, by id; when there is too much, the oldest goes.</summary>
internal sealed class Recent<T>
    where T : class
{
    private const int Most = 4_096;

    private readonly ConcurrentDictionary<string, T> _items = new();
    private readonly ConcurrentQueue<string> _order = new();

    public T? Find(string id) => _items.GetValueOrDefault(id);

    public void Keep(string id, T item)
    {
        _items[id] = item;
        _order.Enqueue(id);
        while (_order.Count > Most && _order.TryDequeue(out var oldest))
        {
            _items.TryRemove(oldest, out _);
        }
    }

    public T? Forget(string id) => _items.TryRemove(id, out var item) ? item : null;
}
