using System.Buffers;
using System.Text;

namespace Sidecar.Telemetry.Tracing;

/// <summary>The tracestate header: what tracing systems add to a trace, in order. One broken member makes all of it void.</summary>
public static class TraceState
{
    /// <summary>Longer ones are not sent on.</summary>
    public const int LongestSent = 512;

    private const int MostMembers = 32;
    private static readonly SearchValues<char> KeyChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-*/");
    private static readonly SearchValues<char> ValueChars =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(c => c is not (',' or '='))]);

    /// <summary>Null when there is nothing valid in it.</summary>
    public static string? Parse(string header)
    {
        if (header.Length == 0)
        {
            return null;
        }

        var members = new List<(string Key, string Value)>();
        foreach (var part in header.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParseMember(part, out var member) || members.Exists(other => other.Key == member.Key) || members.Count == MostMembers)
            {
                return null;
            }

            members.Add(member);
        }

        return members.Count == 0 ? null : Join(members);
    }

    private static string Join(List<(string Key, string Value)> members)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in members)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(key).Append('=').Append(value);
        }

        return text.ToString();
    }

    private static bool TryParseMember(string text, out (string Key, string Value) member)
    {
        var equals = text.IndexOf('=');
        member = equals < 0 ? default : (text[..equals].TrimStart(' ', '\t'), text[(equals + 1)..].TrimEnd(' ', '\t'));
        return equals >= 0 && IsKey(member.Key) && IsValue(member.Value);
    }

    /// <summary>Of one vendor, or tenant@vendor; only a tenant may begin with a digit.</summary>
    private static bool IsKey(ReadOnlySpan<char> key)
    {
        var at = key.IndexOf('@');
        return at < 0
            ? IsName(key, 256) && char.IsAsciiLetterLower(key[0])
            : IsName(key[..at], 241) && char.IsAsciiLetterOrDigit(key[0]) && IsName(key[(at + 1)..], 14) && char.IsAsciiLetterLower(key[at + 1]);
    }

    private static bool IsName(ReadOnlySpan<char> name, int longest) => name.Length >= 1 && name.Length <= longest && !name.ContainsAnyExcept(KeyChars);

    private static bool IsValue(string value) => value.Length is >= 1 and <= 256 && !value.AsSpan().ContainsAnyExcept(ValueChars) && value[^1] != ' ';
}
