using System.Text.Json;
using Library.Contracts;
using Library.Defaults.ViewStores;

namespace Library.Defaults.Projections;

/// <summary>How facts of one source become documents of one generation. Every way of doing so is indifferent to duplicates and order.</summary>
public abstract class Projection(string name, string source)
{
    private readonly Dictionary<string, Func<JsonElement, JsonSerializerOptions, ReadFact>> _readers = [];
    private readonly HashSet<string> _erasing = [];

    public string Name { get; } = name;

    /// <summary>The app that decides, and answers GET /facts.</summary>
    public string Source { get; } = source;

    internal IReadOnlyCollection<string> Topics => _readers.Keys;

    /// <summary>Whether nobody is behind the fact's id any more, so that nothing else may speak of it either.</summary>
    internal bool Erases(ReadFact fact) => _erasing.Contains(fact.Topic);

    internal ReadFact Read(string topic, JsonElement fact, JsonSerializerOptions json)
    {
        try
        {
            return _readers[topic](fact, json);
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new UnreadableFactException($"The fact of {topic} is not what its contract says: {problem.Message}", problem);
        }
    }

    internal abstract Task Apply(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation);

    /// <summary>What two generations say of the aggregate of the fact.</summary>
    internal abstract Task<Difference> Compare(IDocuments documents, int old, int young, ReadFact fact, CancellationToken cancellation);

    /// <summary>The version that a generation has of the aggregate of the fact; -1 for none.</summary>
    internal abstract Task<long> VersionIn(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation);

    /// <summary>Deletes what the fact's aggregate has in a generation that nobody reads or writes any more.</summary>
    internal abstract Task Delete(IDocuments documents, int generation, ReadFact fact, CancellationToken cancellation);

    private protected void Erasing<TFact>()
        where TFact : IFact => _erasing.Add(TFact.Topic);

    private protected static Difference DifferenceOf<T>(long before, long after, T? said, T? says)
        where T : class => after.CompareTo(before) switch
        {
            > 0 => Difference.Mended,
            < 0 => Difference.Behind,
            _ => JsonElement.DeepEquals(JsonSerializer.SerializeToElement(said), JsonSerializer.SerializeToElement(says)) ? Difference.Same : Difference.Changed,
        };

    private protected void Takes<TFact>()
        where TFact : IFact =>
        _readers.Add(TFact.Topic, static (fact, json) =>
            fact.Deserialize<TFact>(json) is { Version: > 0 } read && ViewKeys.IsId(read.Id)
                ? new ReadFact(TFact.Topic, read.Id, read.Version, read)
                : throw new UnreadableFactException($"The fact of {TFact.Topic} has no version, or an id that cannot be part of a key."));
}

internal enum Difference
{
    Same,

    /// <summary>The same version, said in another way: what a rebuild is made for.</summary>
    Changed,

    /// <summary>The old generation had missed something.</summary>
    Mended,

    /// <summary>The new generation has less than the old one.</summary>
    Behind,
}
