using System.Text;

namespace Sidecar.Http;

/// <summary>Paths and queries as Go's net/url and path packages read them.</summary>
public static class GoUrl
{
    /// <summary>One slash between segments, dots resolved, no slash at the end.</summary>
    public static string Clean(string path)
    {
        if (IsClean(path))
        {
            return path;
        }

        var kept = new List<string>();
        foreach (var segment in path.Split('/'))
        {
            if (segment == "..")
            {
                if (kept.Count > 0)
                {
                    kept.RemoveAt(kept.Count - 1);
                }
            }
            else if (segment is not ("" or "."))
            {
                kept.Add(segment);
            }
        }

        return "/" + string.Join('/', kept);
    }

    /// <summary>The path and query of a target that names the server too, as a client of a proxy writes it.</summary>
    public static string WithoutHost(string target)
    {
        if (target.StartsWith('/'))
        {
            return target;
        }

        var host = target.IndexOf("://", StringComparison.Ordinal);
        if (host < 0)
        {
            return target;
        }

        var path = target.AsSpan(host + 3).IndexOfAny('/', '?');
        return path < 0 ? "/" : target[(host + 3 + path)..];
    }

    public static bool HasBrokenEscape(string text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>False when the text holds a broken escape; null stays null.</summary>
    public static bool TryUnescape(ref string text)
    {
        if (text is null || text.AsSpan().IndexOfAny('%', '+') < 0)
        {
            return true;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (b == '%')
            {
                if (i + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[i + 1]) || !char.IsAsciiHexDigit((char)bytes[i + 2]))
                {
                    return false;
                }

                b = (byte)((Hex(bytes[i + 1]) << 4) | Hex(bytes[i + 2]));
                i += 2;
            }
            else if (b == '+')
            {
                b = (byte)' ';
            }

            bytes[length++] = b;
        }

        text = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    /// <summary>Name and value pairs in order; a pair with a broken escape or a semicolon is left out, as Go leaves it out.</summary>
    public static List<KeyValuePair<string, string>> ParseQuery(string query)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Contains(';'))
            {
                continue;
            }

            var equals = part.IndexOf('=');
            var name = equals < 0 ? part : part[..equals];
            var value = equals < 0 ? "" : part[(equals + 1)..];
            if (TryUnescape(ref name) && TryUnescape(ref value))
            {
                pairs.Add(new(name, value));
            }
        }

        return pairs;
    }

    private static bool IsClean(string path)
    {
        if (path.Length == 0 || path[0] != '/' || (path.Length > 1 && path[^1] == '/'))
        {
            return false;
        }

        return !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);
    }

    private static int Hex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
