using System.Collections.Concurrent;
using Sidecar.Testing.Boundary;

namespace Sidecar.Testing;

/// <summary>Calls that failed for their callers and have not happened yet. What never lands never happens.</summary>
public sealed class Landing : Fault
{
    private readonly ConcurrentQueue<Passage> waiting = new();

    internal Landing(Faults owner, FaultRule rule, Failure failure)
        : base(owner, rule, Moment.Later, failure)
    {
    }

    /// <summary>Calls that have not happened yet.</summary>
    public int Waiting => waiting.Count;

    /// <summary>They happen now, in order; says of each what the sidecar answered to nobody.</summary>
    public async Task<IReadOnlyList<Landed>> Land()
    {
        var landed = new List<Landed>();
        while (waiting.TryDequeue(out var passage))
        {
            var answer = await passage.LandAsync();
            landed.Add(new Landed(passage.Call, answer.IsSuccess, answer.Word));
        }

        return landed;
    }

    internal void Add(Passage passage) => waiting.Enqueue(passage);
}

/// <summary>A call that happened late.</summary>
public sealed record Landed(SidecarCall Call, bool IsSuccess, string Answer);
