using System.Text;

namespace Sidecar.Json;

/// <summary>Strings as Go decodes and orders them.</summary>
public static class GoString
{
    /// <summary>The text between two quotes of valid JSON; halves of surrogate pairs become U+FFFD.</summary>
    public static string Unquote(ReadOnlySpan<byte> quoted)
    {
        if (!quoted.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(quoted);
        }

        var text = new StringBuilder(quoted.Length);
        while (!quoted.IsEmpty)
        {
            var escape = quoted.IndexOf((byte)'\\');
            if (escape < 0)
            {
                text.Append(Encoding.UTF8.GetString(quoted));
                break;
            }

            text.Append(Encoding.UTF8.GetString(quoted[..escape]));
            quoted = quoted[(escape + 1)..];
            if (quoted[0] == 'u')
            {
                AppendCodeUnit(text, ref quoted);
            }
            else
            {
                text.Append(Plain(quoted[0]));
                quoted = quoted[1..];
            }
        }

        return text.ToString();
    }

    /// <summary>By bytes of UTF-8, which is by code point and not by UTF-16 unit.</summary>
    public static int Compare(string one, string other)
    {
        var length = Math.Min(one.Length, other.Length);
        for (var i = 0; i < length; i++)
        {
            var (a, b) = (one[i], other[i]);
            if (a == b)
            {
                continue;
            }

            var surrogates = char.IsSurrogate(a).CompareTo(char.IsSurrogate(b));
            return surrogates != 0 ? surrogates : a.CompareTo(b);
        }

        return one.Length.CompareTo(other.Length);
    }

    private static char Plain(byte letter) => letter switch
    {
        (byte)'n' => '\n',
        (byte)'t' => '\t',
        (byte)'r' => '\r',
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        _ => (char)letter,
    };

    private static void AppendCodeUnit(StringBuilder text, ref ReadOnlySpan<byte> rest)
    {
        var unit = (char)Convert.ToUInt16(Encoding.ASCII.GetString(rest[1..5]), 16);
        rest = rest[5..];
        if (!char.IsSurrogate(unit))
        {
            text.Append(unit);
            return;
        }

        if (char.IsHighSurrogate(unit) && rest.Length >= 6 && rest[0] == '\\' && rest[1] == 'u')
        {
            var low = (char)Convert.ToUInt16(Encoding.ASCII.GetString(rest[2..6]), 16);
            if (char.IsLowSurrogate(low))
            {
                text.Append(unit).Append(low);
                rest = rest[6..];
                return;
            }
        }

        text.Append('\uFFFD');
    }
}
