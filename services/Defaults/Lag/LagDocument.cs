namespace Library.Defaults.Lag;

/// <summary>How far one projection is behind its source, as all replicas know it together.</summary>
internal sealed record LagDocument
{
    public int Schema { get; init; } = 1;

    public IReadOnlyDictionary<int, PlaceLag> Places { get; init; } = new Dictionary<int, PlaceLag>();

    public bool Knows(LagDocument other) => other.Places.All(place => Places.TryGetValue(place.Key, out var mine) && mine.Knows(place.Value));

    /// <summary>Numbers and times only grow, so replicas may add to it in any order.</summary>
    public LagDocument And(LagDocument other) => this with
    {
        Places = Places.Keys.Union(other.Places.Keys).ToDictionary(place => place, place => (Places.GetValueOrDefault(place) ?? new()).And(other.Places.GetValueOrDefault(place) ?? new())),
    };
}

/// <summary>For each topic the newest number that was applied and the newest that was published.</summary>
internal sealed record PlaceLag
{
    public IReadOnlyDictionary<string, long> Applied { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> Published { get; init; } = new Dictionary<string, long>();

    /// <summary>When the place said so.</summary>
    public DateTimeOffset At { get; init; }

    public bool Quiet { get; init; }

    /// <summary>At most so many facts have not come yet: numbers are shared with other topics.</summary>
    public long Behind() => Missing().Select(topic => topic.Value - Applied.GetValueOrDefault(topic.Key, -1)).Append(0).Max();

    /// <summary>The topics whose newest number has not been applied, with that number.</summary>
    public IEnumerable<KeyValuePair<string, long>> Missing() => Published.Where(topic => topic.Value > Applied.GetValueOrDefault(topic.Key, -1));

    public bool Knows(PlaceLag other) => At >= other.At && IsAsNew(Applied, other.Applied) && IsAsNew(Published, other.Published);

    public PlaceLag And(PlaceLag other) => new()
    {
        Applied = Newest(Applied, other.Applied),
        Published = Newest(Published, other.Published),
        At = At > other.At ? At : other.At,
        Quiet = At > other.At ? Quiet : other.Quiet,
    };

    private static bool IsAsNew(IReadOnlyDictionary<string, long> one, IReadOnlyDictionary<string, long> other) =>
        other.All(topic => one.TryGetValue(topic.Key, out var number) && number >= topic.Value);

    private static Dictionary<string, long> Newest(IReadOnlyDictionary<string, long> one, IReadOnlyDictionary<string, long> other) =>
        one.Keys.Union(other.Keys).ToDictionary(topic => topic, topic => Math.Max(one.GetValueOrDefault(topic), other.GetValueOrDefault(topic)));
}
