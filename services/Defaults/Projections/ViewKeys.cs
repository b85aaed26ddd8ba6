using System.Security.Cryptography;
using System.Text;

namespace Library.Defaults.Projections;

/// <summary>How the keys of views are made.</summary>
internal static class ViewKeys
{
    private const int LongestId = 200;

    public static string Of(string projection, int generation, string id) => $"{projection}|{generation}|{id}";

    public static string Generation(string projection) => $"generation|{projection}";

    public static string List(string projection, int generation, Listing listing) => $"index|{projection}.{listing.List}.{generation}|{listing.ValueHash}";

    public static string Hash(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))[..32];

    /// <summary>Bars would end a key early; Dapr refuses two of them.</summary>
    public static bool IsId(string? id) => id is { Length: > 0 and <= LongestId } && !id.Contains('|');
}
