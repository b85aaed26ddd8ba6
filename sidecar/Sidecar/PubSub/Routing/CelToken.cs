namespace Sidecar.PubSub.Routing;

internal enum CelTokenKind
{
    End,
    Identifier,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Sign,
}

/// <summary><paramref name="Text"/> is a name, a sign, the digits of a number, or a string with its escapes resolved.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, int At, byte[]? Bytes = null)
{
    public bool Is(string sign) => Kind == CelTokenKind.Sign && Text == sign;

    public bool IsName(string name) => Kind == CelTokenKind.Identifier && Text == name;
}
