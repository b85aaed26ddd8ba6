using System.Text.Json.Serialization;
using Library.Defaults.Lists;

namespace Library.Defaults.Projections;

/// <summary>
/// A view under its key, with the version of the fact that made it. What was removed stays as a tombstone, so that a late fact cannot bring it back.
/// </summary>
internal sealed record ViewDocument<TView>
    where TView : class
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required long Version { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Erased { get; init; }

    public TView? View { get; init; }

    /// <summary>Where it stands in lists; an entry that is not among these is wrong.</summary>
    public IReadOnlyList<Listing>? Listed { get; init; }

    /// <summary>Where it stood before this version: entries that are still to be removed.</summary>
    public IReadOnlyList<Listing>? Left { get; init; }
}

/// <summary>A place in a list. The value is kept as a hash: it may be an e-mail address, and keys are seen by many.</summary>
internal sealed record Listing(string List, string ValueHash, string Sort)
{
    public ListPosition Position(string id) => new(Sort, id);
}
