using Google.Protobuf.WellKnownTypes;

namespace Sidecar.Workflow.Hub;

/// <summary>The wall clock for events: no two of them have the same time, and none an earlier one than what came before.</summary>
internal sealed class HubClock(TimeProvider time)
{
    private long last;

    public TimeProvider Provider => time;

    public DateTimeOffset UtcNow => time.GetUtcNow();

    public Timestamp Next()
    {
        last = Math.Max(last + 1, time.GetUtcNow().UtcTicks);
        return Timestamp.FromDateTime(new DateTime(last, DateTimeKind.Utc));
    }

    /// <summary>In ticks, rounded up: a timer never fires early.</summary>
    public static long Ticks(Timestamp moment)
    {
        var seconds = Math.Clamp(moment.Seconds, -62135596800, 253402300799);
        return DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + ((moment.Nanos + 99) / 100);
    }
}
