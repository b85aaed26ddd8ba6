namespace Sidecar.PubSub.Routing;

/// <summary>Cuts an expression into tokens.</summary>
internal sealed class CelLexer(string text)
{
    private static readonly string[] Signs = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];
    private int at;

    public static List<CelToken> Read(string text)
    {
        var lexer = new CelLexer(text);
        var tokens = new List<CelToken>();
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != CelTokenKind.End);
        return tokens;
    }

    private char Here => Ahead(0);

    private char Ahead(int count) => at + count < text.Length ? text[at + count] : '\0';

    private CelToken Next()
    {
        SkipBlanks();
        var start = at;
        if (at >= text.Length)
        {
            return new(CelTokenKind.End, "", start);
        }

        if (char.IsAsciiDigit(Here) || (Here == '.' && char.IsAsciiDigit(Ahead(1))))
        {
            return Number();
        }

        if (CelString.TryRead(text, ref at, out var literal))
        {
            return literal;
        }

        if (IsNameStart(Here))
        {
            while (IsNameStart(Here) || char.IsAsciiDigit(Here))
            {
                at++;
            }

            return new(CelTokenKind.Identifier, text[start..at], start);
        }

        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return new(CelTokenKind.Sign, sign, start);
            }
        }

        throw new CelException($"unexpected '{Here}' at {start + 1} in: {text}");
    }

    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(Here))
            {
                at++;
            }
            else if (Here == '/' && Ahead(1) == '/')
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private CelToken Number()
    {
        var start = at;
        if (Here == '0' && Ahead(1) is 'x' or 'X' && char.IsAsciiHexDigit(Ahead(2)))
        {
            at += 2;
            SkipWhile(char.IsAsciiHexDigit);
            return Whole(start);
        }

        SkipWhile(char.IsAsciiDigit);
        var isDouble = false;
        if (Here == '.' && char.IsAsciiDigit(Ahead(1)))
        {
            isDouble = true;
            at++;
            SkipWhile(char.IsAsciiDigit);
        }

        var sign = Ahead(1) is '+' or '-' ? 1 : 0;
        if (Here is 'e' or 'E' && char.IsAsciiDigit(Ahead(1 + sign)))
        {
            isDouble = true;
            at += 1 + sign;
            SkipWhile(char.IsAsciiDigit);
        }

        return isDouble ? new(CelTokenKind.Double, text[start..at], start) : Whole(start);
    }

    private CelToken Whole(int start)
    {
        var digits = text[start..at];
        if (Here is not ('u' or 'U'))
        {
            return new(CelTokenKind.Int, digits, start);
        }

        at++;
        return new(CelTokenKind.Uint, digits, start);
    }

    private void SkipWhile(Func<char, bool> fits)
    {
        while (fits(Here))
        {
            at++;
        }
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
