using System.Text;

namespace Sidecar.Json;

/// <summary>What Go's JSON scanner says about a text that is not JSON: the first byte that does not fit, and where it stood.</summary>
internal ref struct GoSyntax
{
    private readonly ReadOnlySpan<byte> json;
    private int at;

    private GoSyntax(ReadOnlySpan<byte> json) => this.json = json;

    /// <summary>With <paramref name="isWhole"/> the text must be one value and nothing else, as for Go's Unmarshal.</summary>
    public static string Describe(ReadOnlySpan<byte> json, bool isWhole = false)
    {
        const string End = "unexpected end of JSON input";
        var scan = new GoSyntax(json);
        scan.SkipSpace();
        var bad = scan.AtEnd ? "EOF" : scan.Value("looking for beginning of value", 0);
        scan.SkipSpace();
        if (isWhole)
        {
            return bad is null && !scan.AtEnd ? scan.Invalid("after top-level value") : bad is null or "EOF" or "unexpected EOF" ? End : bad;
        }

        return bad ?? End;
    }

    private readonly bool AtEnd => at >= json.Length;

    /// <summary>Null when a value was read.</summary>
    private string? Value(string context, int depth)
    {
        if (depth > 10_000)
        {
            return "exceeded max depth";
        }

        SkipSpace();
        if (AtEnd)
        {
            return "unexpected EOF";
        }

        return json[at] switch
        {
            (byte)'{' => Object(depth),
            (byte)'[' => Array(depth),
            (byte)'"' => String(),
            (byte)'t' => Literal("true"),
            (byte)'f' => Literal("false"),
            (byte)'n' => Literal("null"),
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => Number(),
            _ => Invalid(context),
        };
    }

    private string? Object(int depth)
    {
        at++;
        SkipSpace();
        if (Take('}'))
        {
            return null;
        }

        while (true)
        {
            SkipSpace();
            if (AtEnd)
            {
                return "unexpected EOF";
            }

            if (json[at] != '"')
            {
                return Invalid("looking for beginning of object key string");
            }

            if (String() is { } badKey)
            {
                return badKey;
            }

            SkipSpace();
            if (!Take(':'))
            {
                return AtEnd ? "unexpected EOF" : Invalid("after object key");
            }

            if (Value("looking for beginning of value", depth + 1) is { } badValue)
            {
                return badValue;
            }

            SkipSpace();
            if (Take('}'))
            {
                return null;
            }

            if (!Take(','))
            {
                return AtEnd ? "unexpected EOF" : Invalid("after object key:value pair");
            }
        }
    }

    private string? Array(int depth)
    {
        at++;
        SkipSpace();
        if (Take(']'))
        {
            return null;
        }

        while (true)
        {
            if (Value("looking for beginning of value", depth + 1) is { } bad)
            {
                return bad;
            }

            SkipSpace();
            if (Take(']'))
            {
                return null;
            }

            if (!Take(','))
            {
                return AtEnd ? "unexpected EOF" : Invalid("after array element");
            }
        }
    }

    private string? String()
    {
        at++;
        while (!AtEnd)
        {
            var c = json[at];
            if (c == '"')
            {
                at++;
                return null;
            }

            if (c < ' ')
            {
                return Invalid("in string literal");
            }

            at++;
            if (c == '\\' && Escape() is { } bad)
            {
                return bad;
            }
        }

        return "unexpected EOF";
    }

    private string? Escape()
    {
        if (AtEnd)
        {
            return "unexpected EOF";
        }

        var kind = (char)json[at];
        if (!"bfnrtu\\/\"".Contains(kind))
        {
            return Invalid("in string escape code");
        }

        at++;
        for (var digits = 0; kind == 'u' && digits < 4; digits++)
        {
            if (AtEnd)
            {
                return "unexpected EOF";
            }

            if (!char.IsAsciiHexDigit((char)json[at]))
            {
                return Invalid("in \\u hexadecimal character escape");
            }

            at++;
        }

        return null;
    }

    private string? Literal(string word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            at++;
            if (AtEnd)
            {
                return "unexpected EOF";
            }

            if (json[at] != word[i])
            {
                return Invalid($"in literal {word} (expecting {GoQuote.Of(word[i])})");
            }
        }

        at++;
        return null;
    }

    private string? Number()
    {
        if (json[at] == '-')
        {
            at++;
            if (AtEnd || !char.IsAsciiDigit((char)json[at]))
            {
                return AtEnd ? "unexpected EOF" : Invalid("in numeric literal");
            }
        }

        if (json[at] == '0')
        {
            at++;
        }
        else
        {
            SkipDigits();
        }

        if (!AtEnd && json[at] == '.')
        {
            at++;
            if (AtEnd || !char.IsAsciiDigit((char)json[at]))
            {
                return AtEnd ? "unexpected EOF" : Invalid("after decimal point in numeric literal");
            }

            SkipDigits();
        }

        return !AtEnd && json[at] is (byte)'e' or (byte)'E' ? Exponent() : null;
    }

    private string? Exponent()
    {
        at++;
        if (!AtEnd && json[at] is (byte)'+' or (byte)'-')
        {
            at++;
        }

        if (AtEnd || !char.IsAsciiDigit((char)json[at]))
        {
            return AtEnd ? "unexpected EOF" : Invalid("in exponent of numeric literal");
        }

        SkipDigits();
        return null;
    }

    private void SkipDigits()
    {
        while (!AtEnd && char.IsAsciiDigit((char)json[at]))
        {
            at++;
        }
    }

    private void SkipSpace()
    {
        while (!AtEnd && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }
    }

    private bool Take(char c)
    {
        if (AtEnd || json[at] != c)
        {
            return false;
        }

        at++;
        return true;
    }

    private readonly string Invalid(string context) => $"invalid character {GoQuote.Of((char)json[at])} {context}";
}
