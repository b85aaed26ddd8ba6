using System.Text.Json.Serialization;

namespace Library.Defaults.Projections;

/// <summary>
/// Which generations of a projection there are. Every fact goes to all live ones; questions are answered from the current one. Numbers are never
/// used again.
/// </summary>
internal sealed record GenerationDocument
{
    public int Schema { get; init; } = 1;

    public int Last { get; init; }

    /// <summary>None until the first build is done.</summary>
    public int? Current { get; init; }

    /// <summary>When the current one became it, and the previous one ceased to be.</summary>
    public DateTimeOffset Since { get; init; }

    public int? Previous { get; init; }

    /// <summary>How the current one compared with the previous one when it was switched to.</summary>
    public Comparison? Comparison { get; init; }

    public Build? Building { get; init; }

    /// <summary>No longer live: their documents are deleted.</summary>
    public IReadOnlyList<int> Retired { get; init; } = [];

    /// <summary>For so long after a switch some replica might still answer from the generation before it.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <summary>
    /// In the order in which a fact goes to them. What somebody has seen in one generation must be in the one that answers next: in that which
    /// may become current before the current one, and just after a switch in the new one before the old.
    /// </summary>
    public IEnumerable<int> Live(DateTimeOffset now) =>
        (IsSettled(now) ? new[] { Building?.Number, Previous, Current } : [Building?.Number, Current, Previous]).OfType<int>();

    public bool IsSettled(DateTimeOffset now) => now - Since >= Settled;
}

/// <summary>A generation in the making: by whom, how far it is, and how it compares with the current one.</summary>
internal sealed record Build
{
    public required int Number { get; init; }

    /// <summary>The process that builds; another takes over when <see cref="Beat"/> stands still.</summary>
    public string Holder { get; init; } = "";

    public long Beat { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public BuildState State { get; init; }

    /// <summary>Why it does not go on.</summary>
    public string? Reason { get; init; }

    /// <summary>How many places the source has; one until it has said so.</summary>
    public int PlaceCount { get; init; } = 1;

    public IReadOnlyDictionary<int, PlaceRead> Places { get; init; } = new Dictionary<int, PlaceRead>();

    public Comparison Comparison { get; init; } = new();

    [JsonIgnore]
    public long Done => Places.Values.Sum(place => Math.Min(place.Next, place.Limit));

    [JsonIgnore]
    public long Total => Places.Values.Sum(place => place.Limit);
}

/// <summary>How far one place of the source's outbox was read, and how far it was issued when the build saw it first.</summary>
internal sealed record PlaceRead(long Next, long Limit);

/// <summary>How many aggregates are the same in both generations, and how many in which way not.</summary>
public sealed record Comparison(long Same = 0, long Changed = 0, long Mended = 0, long Behind = 0, long Failed = 0);

[JsonConverter(typeof(JsonStringEnumConverter<BuildState>))]
public enum BuildState
{
    [JsonStringEnumMemberName("building")]
    Building,

    /// <summary>The source or the store does not answer.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>Finished, but worse than the current one: an operator decides.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,
}
