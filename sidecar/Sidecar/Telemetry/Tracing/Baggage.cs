using System.Buffers;
using System.Text;

namespace Sidecar.Telemetry.Tracing;

/// <summary>The W3C baggage header: checked as strictly as Dapr checks it, refused in its words.</summary>
public static class Baggage
{
    private const int LongestText = 8192;
    private const int MostMembers = 64;
    private const int MostProblems = 5;
    private static readonly SearchValues<char> KeyChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> ValueChars =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code).Where(c => c is not ('"' or ',' or ';' or '\\'))]);

    /// <summary><paramref name="canonical"/> is the same baggage with only what must be escaped escaped; empty when there is none.</summary>
    public static bool TryParse(string text, out string canonical, out string problem)
    {
        canonical = problem = "";
        if (text.Length == 0)
        {
            return true;
        }

        if (Encoding.UTF8.GetByteCount(text) is > LongestText and var length)
        {
            problem = $"baggage-string too large: {length}";
            return false;
        }

        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<string>();
        var wrong = 0;
        foreach (var part in text.Split(','))
        {
            if (members.Count >= MostMembers)
            {
                problems.Add("too many list-members in baggage-string");
                break;
            }

            if (TryParseMember(part, out var key, out var member, out var found))
            {
                members[key] = member;
            }
            else if (++wrong <= MostProblems)
            {
                problems.Add(found);
            }
        }

        if (wrong > MostProblems)
        {
            problems.Add($"and {wrong - MostProblems} more invalid member(s)");
        }

        canonical = string.Join(',', members.Values);
        problem = string.Join('\n', problems);
        return problems.Count == 0;
    }

    private static bool TryParseMember(string text, out string key, out string member, out string problem)
    {
        key = member = problem = "";
        var parts = text.Split(';');
        var properties = new StringBuilder();
        foreach (var part in parts.AsSpan(1))
        {
            if (!TryParseProperty(part, out var property))
            {
                problem = $"invalid baggage list-member property: {Quote(part)}";
                return false;
            }

            properties.Append(property.Length == 0 ? "" : ";").Append(property);
        }

        var equals = parts[0].IndexOf('=');
        if (equals < 0)
        {
            problem = $"invalid baggage list-member: {Quote(text)}";
            return false;
        }

        key = parts[0][..equals].Trim();
        var value = parts[0][(equals + 1)..].Trim();
        if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyChars))
        {
            problem = $"invalid key: {Quote(key)}";
            return false;
        }

        if (value.AsSpan().ContainsAnyExcept(ValueChars))
        {
            problem = $"invalid value: {Quote(parts[0][(equals + 1)..])}";
            return false;
        }

        if (!PercentEncoding.TryDecode(value, out var decoded, out var escape))
        {
            problem = $"invalid value: invalid URL escape {Quote(escape)}";
            return false;
        }

        member = $"{key}={Escape(decoded)}{properties}";
        return true;
    }

    /// <summary>A key, or a key and a value, with blanks around each.</summary>
    private static bool TryParseProperty(string text, out string property)
    {
        property = "";
        if (text.Length == 0)
        {
            return true;
        }

        var equals = text.IndexOf('=');
        var key = (equals < 0 ? text : text[..equals]).Trim(' ', '\t');
        var value = equals < 0 ? "" : text[(equals + 1)..].Trim(' ', '\t');
        if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyChars) || value.AsSpan().ContainsAnyExcept(ValueChars) ||
            !PercentEncoding.TryDecode(value, out var decoded, out _))
        {
            return false;
        }

        property = equals < 0 ? key : $"{key}={Escape(decoded)}";
        return true;
    }

    private static string Escape(string value)
    {
        var escaped = new StringBuilder(value.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && rune.Value != '%' && ValueChars.Contains((char)rune.Value))
            {
                escaped.Append((char)rune.Value);
                continue;
            }

            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
            {
                escaped.Append('%').Append(b.ToString("X2"));
            }
        }

        return escaped.ToString();
    }

    private static string Quote(string text) => Logging.GoText.Quote(text);
}
