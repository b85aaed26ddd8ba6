using System.Text.Json.Serialization;

namespace Library.Defaults.Lists;

/// <summary>Where an entry stands: lists are sorted by their sort key, then by id.</summary>
public sealed record ListPosition(string Sort, string Id)
{
    /// <summary>Negative when it stands before the other.</summary>
    public int Against(ListPosition other) =>
        string.CompareOrdinal(Sort, other.Sort) is var bySort and not 0 ? bySort : string.CompareOrdinal(Id, other.Id);
}

/// <summary>A hint that the document with this id belongs here; the document decides.</summary>
public sealed record ListEntry(string Id, long Version, string Sort)
{
    [JsonIgnore]
    public ListPosition Position => new(Sort, Id);
}

/// <summary>
/// One of the pages of a list, sorted. Entries from <see cref="End"/> on stand in the page <see cref="Next"/> or behind it. Page 0 also knows
/// where the other pages start, as a hint for the way. A page that became empty is closed for ever and left out by the page before it.
/// </summary>
internal sealed record ListPage
{
    public const int MostEntries = 200;
    public const int MostStarts = 1_000;

    public int Schema { get; init; } = 1;

    public IReadOnlyList<ListEntry> Entries { get; init; } = [];

    public ListPosition? End { get; init; }

    public int Next { get; init; }

    public bool Closed { get; init; }

    public IReadOnlyList<PageStart> Starts { get; init; } = [];

    public bool Holds(ListPosition position) => End is null || position.Against(End) < 0;

    /// <summary>Null when the entry is here already, as new or newer.</summary>
    public ListPage? With(ListEntry entry)
    {
        var at = IndexOf(entry.Position);
        return at >= 0 && Entries[at].Version >= entry.Version ? null
            : at >= 0 ? this with { Entries = [.. Entries.Take(at), entry, .. Entries.Skip(at + 1)] }
            : this with { Entries = [.. Entries.Take(~at), entry, .. Entries.Skip(~at)] };
    }

    /// <summary>Null when it is not here, or is newer than the one who removes it knows.</summary>
    public ListPage? Without(ListPosition position, long upTo)
    {
        var at = IndexOf(position);
        return at < 0 || Entries[at].Version > upTo ? null : this with { Entries = [.. Entries.Take(at), .. Entries.Skip(at + 1)] };
    }

    /// <summary>The index of the position, or the complement of where it would be.</summary>
    private int IndexOf(ListPosition position)
    {
        var (low, high) = (0, Entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Entries[middle].Position.Against(position);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}

internal sealed record PageStart(string Sort, string Id, int Page)
{
    [JsonIgnore]
    public ListPosition Position => new(Sort, Id);
}
