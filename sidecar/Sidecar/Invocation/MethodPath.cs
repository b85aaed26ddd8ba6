using System.Buffers;
using System.Globalization;
using System.Text;
using Sidecar.Errors;
using Sidecar.Http;

namespace Sidecar.Invocation;

/// <summary>The method of an invocation: decoded and cleaned when it comes in, a path again when it goes out to the app.</summary>
public static class MethodPath
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+,/:;=@";
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        "#?\u007f" + string.Concat(Enumerable.Range(0, 0x20).Select(code => (char)code)));

    private static readonly SearchValues<char> NotEscaped = SearchValues.Create(Unreserved);
    private static readonly SearchValues<char> Acceptable = SearchValues.Create(Unreserved + "!'()*[]%");

    /// <summary>Without slash at its ends, dots resolved. Throws when it could be taken for more than a path.</summary>
    public static string Normalize(string method)
    {
        var at = method.AsSpan().IndexOfAny(Forbidden);
        if (at >= 0)
        {
            var isForbidden = method.AsSpan().IndexOfAny('#', '?', '\0') >= 0;
            throw new InvocationException(
                GrpcCode.InvalidArgument,
                isForbidden
                    ? $"invalid method: method contains forbidden character: {Quote(method)}"
                    : $"invalid method: method contains control character at position {Encoding.UTF8.GetByteCount(method.AsSpan(0, at))}: {Quote(method)}");
        }

        return Clean(method);
    }

    /// <summary>As Go's path.Clean does it; a leading slash stays, a path that leads nowhere is empty.</summary>
    public static string Clean(string path)
    {
        if (path.Length == 0 || (path[0] != '/' && path[^1] != '/' && path[0] != '.' && !path.Contains("//") && !path.Contains("/.")))
        {
            return path;
        }

        var cleaned = GoUrl.Clean(path[0] == '/' ? path : "/" + path);
        return path[0] == '/' ? cleaned : cleaned[1..];
    }

    /// <summary>Decodes a path as a server in Go does: a plus stays a plus. False when an escape is broken.</summary>
    public static bool TryDecode(ref string path)
    {
        if (!path.Contains('%'))
        {
            return true;
        }

        var plain = path.Replace("+", "%2B", StringComparison.Ordinal);
        if (!GoUrl.TryUnescape(ref plain))
        {
            return false;
        }

        path = plain;
        return true;
    }

    /// <summary>
    /// The method as the path of a request to the app. Go reads it as a URL once more, so what still looks like an escape is one:
    /// false when it is a broken one.
    /// </summary>
    public static bool TryEscape(string method, out string path)
    {
        path = method.Length > 0 && method[0] == '/' ? method : "/" + method;
        if (path.AsSpan().IndexOfAnyExcept(NotEscaped) < 0)
        {
            return true;
        }

        var decoded = path;
        if (!TryDecode(ref decoded))
        {
            return false;
        }

        if (path.AsSpan().IndexOfAnyExcept(Acceptable) >= 0)
        {
            path = Escape(decoded);
        }

        return true;
    }

    /// <summary>The three characters at the first broken escape, as Go's error quotes them.</summary>
    public static string BrokenEscape(string path)
    {
        for (var at = path.IndexOf('%'); at >= 0; at = path.IndexOf('%', at + 1))
        {
            if (at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
            {
                return path.Substring(at, Math.Min(3, path.Length - at));
            }
        }

        return "";
    }

    /// <summary>Text in double quotes as Go writes it into messages.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append(@"\\"),
                '\a' => quoted.Append(@"\a"),
                '\b' => quoted.Append(@"\b"),
                '\f' => quoted.Append(@"\f"),
                '\n' => quoted.Append(@"\n"),
                '\r' => quoted.Append(@"\r"),
                '\t' => quoted.Append(@"\t"),
                '\v' => quoted.Append(@"\v"),
                < ' ' or '\u007f' => quoted.Append(CultureInfo.InvariantCulture, $@"\x{(int)c:x2}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static string Escape(string decoded)
    {
        var escaped = new StringBuilder(decoded.Length + 16);
        foreach (var b in Encoding.UTF8.GetBytes(decoded))
        {
            if (b < 0x80 && NotEscaped.Contains((char)b))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return escaped.ToString();
    }
}
