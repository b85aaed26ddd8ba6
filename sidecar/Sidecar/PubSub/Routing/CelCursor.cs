namespace Sidecar.PubSub.Routing;

/// <summary>Walks over the tokens of an expression.</summary>
internal sealed class CelCursor(string text)
{
    private readonly List<CelToken> tokens = CelLexer.Read(text);
    private int at;

    public CelToken Here => tokens[at];

    /// <summary>The one behind; the end has nothing behind it but itself.</summary>
    public CelToken Ahead => tokens[Math.Min(at + 1, tokens.Count - 1)];

    public CelToken Next() => tokens[at++];

    public string Name()
    {
        var token = Here;
        if (token.Kind != CelTokenKind.Identifier)
        {
            throw Unexpected();
        }

        at++;
        return token.Text;
    }

    public bool Take(string sign)
    {
        if (!Here.Is(sign))
        {
            return false;
        }

        at++;
        return true;
    }

    public void Expect(string sign)
    {
        if (!Take(sign))
        {
            throw Unexpected();
        }
    }

    public CelException Unexpected() =>
        new(Here.Kind == CelTokenKind.End ? $"something is missing at the end of: {text}" : $"unexpected '{Here.Text}' at {Here.At + 1} in: {text}");
}
