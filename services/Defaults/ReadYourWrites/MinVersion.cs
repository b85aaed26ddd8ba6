using System.Globalization;

namespace Library.Defaults.ReadYourWrites;

/// <summary>What the caller has seen already: "7" of the aggregate that the address names, or "ID:7".</summary>
internal sealed record MinVersion(string Id, long Version)
{
    public static MinVersion? Parse(string text, string? idOfAddress)
    {
        var colon = text.LastIndexOf(':');
        var id = colon < 0 ? idOfAddress : text[..colon];
        return id is { Length: > 0 } && long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? new MinVersion(id, version) : null;
    }
}
