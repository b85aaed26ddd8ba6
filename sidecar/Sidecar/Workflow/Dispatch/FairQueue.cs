namespace Sidecar.Workflow.Dispatch;

/// <summary>Work in the order in which it came, but one item of each instance in turn: a fan-out of thousands holds nobody up.</summary>
internal sealed class FairQueue
{
    private readonly Dictionary<string, Lane> lanes = new(StringComparer.Ordinal);
    private readonly LinkedList<Lane> rotation = [];

    public Work? Head => rotation.First?.Value.Works.First!.Value;

    public void Add(Work work, bool isFirst)
    {
        if (!lanes.TryGetValue(work.InstanceId, out var lane))
        {
            lanes[work.InstanceId] = lane = new Lane();
            Insert(rotation, lane.Place, isFirst);
        }

        Insert(lane.Works, work.Place, isFirst);
    }

    /// <summary>Takes the head; its instance has its next turn after all others.</summary>
    public void TakeHead()
    {
        var lane = rotation.First!.Value;
        var work = lane.Works.First!.Value;
        rotation.RemoveFirst();
        lane.Works.RemoveFirst();
        if (lane.Works.Count > 0)
        {
            rotation.AddLast(lane.Place);
        }
        else
        {
            lanes.Remove(work.InstanceId);
        }
    }

    public void Remove(Work work)
    {
        var lane = lanes[work.InstanceId];
        lane.Works.Remove(work.Place);
        if (lane.Works.Count == 0)
        {
            rotation.Remove(lane.Place);
            lanes.Remove(work.InstanceId);
        }
    }

    private static void Insert<T>(LinkedList<T> list, LinkedListNode<T> place, bool isFirst)
    {
        if (isFirst)
        {
            list.AddFirst(place);
        }
        else
        {
            list.AddLast(place);
        }
    }

    private sealed class Lane
    {
        public Lane() => Place = new LinkedListNode<Lane>(this);

        public LinkedList<Work> Works { get; } = [];

        public LinkedListNode<Lane> Place { get; }
    }
}
