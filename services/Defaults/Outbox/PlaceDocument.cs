using System.Text.Json.Serialization;

namespace Library.Defaults.Outbox;

/// <summary>
/// All below <see cref="Published"/> is out; numbers below <see cref="Limit"/> may be issued by the <see cref="Holder"/>. Quiet or released (no holder):
/// anyone may take it at once.
/// </summary>
internal sealed record PlaceDocument(string Holder, long Term, long Beat, long Published, long Limit, bool Quiet)
{
    public static readonly PlaceDocument Unused = new("", 0, 0, 0, 0, true);

    public int Schema { get; init; } = 1;

    [JsonIgnore]
    public bool IsFree => Quiet || Holder.Length == 0;

    public static string KeyOf(int place) => $"outbox|{place}";

    public bool IsHeldBy(string holder, long term) => Holder == holder && Term == term;
}
