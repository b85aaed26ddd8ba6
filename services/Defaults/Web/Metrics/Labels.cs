using System.Globalization;
using System.Text;

namespace Library.Defaults.Web.Metrics;

/// <summary>Names and labels as Prometheus spells them.</summary>
internal static class Labels
{
    private const int MaxValue = 128;

    public static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(Name(name)).Append("=\"");
            Escape(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            text.Append('"');
        }

        return text.ToString();
    }

    public static string Name(string name) => string.Create(name.Length, name, static (characters, name) =>
    {
        for (var i = 0; i < name.Length; i++)
        {
            characters[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '_';
        }
    });

    private static void Escape(StringBuilder text, string value)
    {
        foreach (var character in value.AsSpan(0, Math.Min(value.Length, MaxValue)))
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                _ => text.Append(character),
            };
        }
    }
}
