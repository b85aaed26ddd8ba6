using System.Runtime.InteropServices;
using Dapr.Common.Serialization;

namespace Dapr.Workflow.Turns;

/// <summary>Events from outside: the oldest of a name goes to the oldest who waits for it, the rest is kept.</summary>
internal sealed class RaisedEvents(IDaprSerializer serializer)
{
    private readonly Dictionary<string, Queue<EventWait>> waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<(int Number, Protocol.HistoryEvent Item)>> kept = new(StringComparer.OrdinalIgnoreCase);
    private int count;

    public bool IsAwaited => waits.Values.Any(queue => queue.Any(wait => wait.IsOpen));

    /// <summary>What came and nobody took, in order.</summary>
    public IEnumerable<Protocol.HistoryEvent> Kept => kept.Values.SelectMany(queue => queue).OrderBy(entry => entry.Number).Select(entry => entry.Item);

    public void Raise(Protocol.HistoryEvent item)
    {
        var name = item.EventRaised.Name;
        if (waits.TryGetValue(name, out var waiting))
        {
            while (waiting.TryDequeue(out var wait))
            {
                if (wait.TryEnd(item.EventRaised.Input))
                {
                    return;
                }
            }
        }

        Queue(kept, name).Enqueue((count++, item));
    }

    public EventWait<T> Await<T>(string name)
    {
        var wait = new EventWait<T>(serializer);
        if (kept.TryGetValue(name, out var early) && early.TryDequeue(out var first))
        {
            wait.TryEnd(first.Item.EventRaised.Input);
        }
        else
        {
            Queue(waits, name).Enqueue(wait);
        }

        return wait;
    }

    private static Queue<T> Queue<T>(Dictionary<string, Queue<T>> queues, string name)
    {
        ref var queue = ref CollectionsMarshal.GetValueRefOrAddDefault(queues, name, out _);
        return queue ??= new Queue<T>();
    }
}

internal abstract class EventWait
{
    public abstract bool IsOpen { get; }

    public abstract bool TryEnd(string? payload);
}

internal sealed class EventWait<T>(IDaprSerializer serializer) : EventWait
{
    private readonly TaskCompletionSource<T> source = new();

    public Task<T> Task => source.Task;

    public override bool IsOpen => !source.Task.IsCompleted;

    public override bool TryEnd(string? payload)
    {
        if (!IsOpen)
        {
            return false;
        }

        T value;
        try
        {
            value = string.IsNullOrEmpty(payload) ? default! : serializer.Deserialize<T>(payload)!;
        }
        catch (Exception unreadable)
        {
            return source.TrySetException(unreadable);
        }

        return source.TrySetResult(value);
    }

    public void GiveUp(CancellationToken token) => source.TrySetCanceled(token);
}
