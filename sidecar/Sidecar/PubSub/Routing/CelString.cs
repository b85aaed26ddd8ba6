using System.Globalization;
using System.Text;

namespace Sidecar.PubSub.Routing;

/// <summary>String and bytes literals: one or three quotes of either kind, raw with r, bytes with b.</summary>
internal static class CelString
{
    /// <summary>False, and nothing read, when no literal begins here.</summary>
    public static bool TryRead(string text, ref int at, out CelToken token)
    {
        token = default;
        var start = at;
        var (isRaw, isBytes) = (false, false);
        var from = at;
        while (from < text.Length && text[from] is 'r' or 'R' or 'b' or 'B')
        {
            isRaw |= text[from] is 'r' or 'R';
            isBytes |= text[from] is 'b' or 'B';
            from++;
        }

        if (from - start > 2 || from >= text.Length || text[from] is not ('"' or '\''))
        {
            return false;
        }

        var quote = text[from];
        var isLong = string.CompareOrdinal(text, from, new string(quote, 3), 0, 3) == 0;
        at = from + (isLong ? 3 : 1);
        var bytes = new List<byte>();
        while (!IsEnd(text, at, quote, isLong))
        {
            if (at >= text.Length || (!isLong && text[at] is '\n' or '\r'))
            {
                throw new CelException($"the string that begins at {start + 1} does not end in: {text}");
            }

            if (text[at] == '\\' && !isRaw)
            {
                Escape(text, ref at, bytes, isBytes);
            }
            else
            {
                var rune = Rune.TryGetRuneAt(text, at, out var found) ? found : Rune.ReplacementChar;
                at += rune.Utf16SequenceLength;
                Append(bytes, rune);
            }
        }

        at += isLong ? 3 : 1;
        token = isBytes
            ? new(CelTokenKind.Bytes, "", start, [.. bytes])
            : new(CelTokenKind.String, Encoding.UTF8.GetString([.. bytes]), start);
        return true;
    }

    private static bool IsEnd(string text, int at, char quote, bool isLong) =>
        at < text.Length && text[at] == quote && (!isLong || string.CompareOrdinal(text, at, new string(quote, 3), 0, 3) == 0);

    private static void Escape(string text, ref int at, List<byte> bytes, bool isBytes)
    {
        var letter = at + 1 < text.Length ? text[at + 1] : '\0';
        var plain = letter switch
        {
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            '\\' or '\'' or '"' or '`' or '?' => letter,
            _ => '\0',
        };
        if (plain != '\0')
        {
            at += 2;
            bytes.Add((byte)plain);
            return;
        }

        var (skip, digits, radix) = letter switch
        {
            'x' or 'X' => (2, 2, 16),
            'u' when !isBytes => (2, 4, 16),
            'U' when !isBytes => (2, 8, 16),
            >= '0' and <= '3' => (1, 3, 8),
            _ => throw new CelException($"no such escape as \\{letter} in: {text}"),
        };
        var value = Value(text, at + skip, digits, radix);
        at += skip + digits;
        if (isBytes)
        {
            bytes.Add((byte)value);
        }
        else
        {
            Append(bytes, Rune.IsValid(value) ? new Rune(value) : throw new CelException($"an escape that is no character in: {text}"));
        }
    }

    private static int Value(string text, int from, int digits, int radix)
    {
        var span = from + digits <= text.Length ? text.AsSpan(from, digits) : [];
        var value = 0;
        foreach (var c in span)
        {
            if (!char.IsAsciiHexDigit(c) || (radix == 8 && c > '7'))
            {
                span = [];
                break;
            }

            value = (value * radix) + int.Parse([c], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        return span.IsEmpty ? throw new CelException($"a broken escape in: {text}") : value;
    }

    private static void Append(List<byte> bytes, Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[4];
        bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
    }
}
