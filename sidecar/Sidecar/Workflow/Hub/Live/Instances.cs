using Sidecar.Protos.Workflow.Stored;
using Sidecar.Workflow.Hub.Commits;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Every instance that has not ended, and the numbers that their rows go by.</summary>
internal sealed class Instances(HubCore core)
{
    private const long Block = 1024;
    private readonly Dictionary<string, LiveInstance> byId = new(StringComparer.Ordinal);
    private readonly PriorityQueue<long, long> freeSlots = new();
    private long nextSlot;
    private long nextSerial;
    private BoundsRow bounds = new();

    public int Count => byId.Count;

    public IEnumerable<LiveInstance> All => byId.Values;

    public LiveInstance? Find(string id) => byId.GetValueOrDefault(id);

    public void Add(LiveInstance instance)
    {
        byId.Add(instance.Id, instance);
        core.Watchdog.Expect();
    }

    /// <summary>Its slot may be given to another from now on.</summary>
    public void Remove(LiveInstance instance, bool keepSlot = false)
    {
        if (Find(instance.Id) == instance && byId.Remove(instance.Id) && !keepSlot)
        {
            freeSlots.Enqueue(instance.Slot, instance.Slot);
        }
    }

    /// <summary>Numbers for another instance. When they go beyond what is written down as given out, that is written first.</summary>
    public (long Serial, long Slot) Reserve()
    {
        if (!freeSlots.TryDequeue(out var slot, out _))
        {
            slot = nextSlot++;
        }

        var serial = nextSerial++;
        if (slot >= bounds.Slots || serial >= bounds.Serials)
        {
            Write(new BoundsRow { Slots = Math.Max(bounds.Slots, slot + Block), Serials = Math.Max(bounds.Serials, serial + Block) });
        }

        return (serial, slot);
    }

    /// <summary>Goes on from what a leader before has written down.</summary>
    public void Restore(BoundsRow written, IReadOnlySet<long> usedSlots)
    {
        var needed = usedSlots.Count == 0 ? 0 : usedSlots.Max() + 1;
        bounds = written;
        if (written.Slots > needed + (2 * Block))
        {
            Write(new BoundsRow { Slots = needed + Block, Serials = written.Serials });
        }

        nextSerial = written.Serials;
        nextSlot = needed;
        for (var slot = 0L; slot < nextSlot; slot++)
        {
            if (!usedSlots.Contains(slot))
            {
                freeSlots.Enqueue(slot, slot);
            }
        }
    }

    private void Write(BoundsRow next)
    {
        bounds = next;
        var change = new Change(null, static () => { }, core.Lose);
        change.Put(core.Keys.Bounds, next);
        core.Commits.Add(change);
    }
}
