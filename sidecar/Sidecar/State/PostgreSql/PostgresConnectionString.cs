using System.Text;

namespace Sidecar.State.PostgreSql;

/// <summary>
/// The two forms in which PostgreSQL's own clients take a connection: <c>host=… user=…</c> and <c>postgres://user@host/database?…</c>.
/// Both become one set of named settings. A text that is neither is refused with a sentence that does not repeat it: it may hold a password.
/// </summary>
internal static class PostgresConnectionString
{
    public static Dictionary<string, string> Parse(string text) =>
        text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal) ? ParseUrl(text) : ParsePairs(text);

    private static Dictionary<string, string> ParsePairs(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var position = 0;
        while (SkipSpaces(text, ref position))
        {
            var equals = text.IndexOf('=', position);
            if (equals < 0)
            {
                throw new FormatException("a word in it has no \"=\"");
            }

            var name = text[position..equals].Trim();
            position = equals + 1;
            settings[Name(name)] = SkipSpaces(text, ref position) && text[position] == '\'' ? Quoted(text, ref position) : Plain(text, ref position);
        }

        return settings;
    }

    private static Dictionary<string, string> ParseUrl(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (beforeQuery, query) = Cut(rest, '?');
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(pair, '=');
            settings[Name(Decode(name))] = Decode(value);
        }

        var (authority, database) = Cut(beforeQuery, '/');
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var (user, password) = Cut(authority[..at], ':');
            Set(settings, "user", Decode(user));
            Set(settings, "password", Decode(password));
        }

        var hosts = authority[(at + 1)..].Split(',').Select(SplitPort).ToList();
        Set(settings, "host", Decode(string.Join(',', hosts.Select(host => host.Host))));
        Set(settings, "port", hosts.TrueForAll(host => host.Port.Length == 0) ? "" : string.Join(',', hosts.Select(host => host.Port)));
        Set(settings, "database", Decode(database));
        return settings;
    }

    private static (string Host, string Port) SplitPort(string host)
    {
        var colon = host.LastIndexOf(':');
        var (name, port) = colon > host.LastIndexOf(']') ? (host[..colon], host[(colon + 1)..]) : (host, "");
        return (name.Trim('[', ']'), port);
    }

    private static string Plain(string text, ref int position)
    {
        var value = new StringBuilder();
        while (position < text.Length && !char.IsWhiteSpace(text[position]))
        {
            value.Append(Unescaped(text, ref position));
        }

        return value.ToString();
    }

    private static string Quoted(string text, ref int position)
    {
        var value = new StringBuilder();
        position++;
        while (position < text.Length && text[position] != '\'')
        {
            value.Append(Unescaped(text, ref position));
        }

        return position++ < text.Length ? value.ToString() : throw new FormatException("a quote in it is not closed");
    }

    private static char Unescaped(string text, ref int position)
    {
        if (text[position] == '\\' && ++position == text.Length)
        {
            throw new FormatException("it ends with a backslash");
        }

        return text[position++];
    }

    private static bool SkipSpaces(string text, ref int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position < text.Length;
    }

    private static (string Before, string After) Cut(string text, char mark)
    {
        var place = text.IndexOf(mark, StringComparison.Ordinal);
        return place < 0 ? (text, "") : (text[..place], text[(place + 1)..]);
    }

    private static void Set(Dictionary<string, string> settings, string name, string value)
    {
        if (value.Length > 0)
        {
            settings[name] = value;
        }
    }

    private static string Name(string name) => name == "dbname" ? "database" : name;

    private static string Decode(string text) => Uri.UnescapeDataString(text);
}
