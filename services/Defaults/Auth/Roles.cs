namespace Library.Defaults.Auth;

/// <summary>What a token may say that its user is.</summary>
public static class Roles
{
    /// <summary>Sees and changes the own data.</summary>
    public const string Reader = "reader";

    /// <summary>A door, which asks for itself.</summary>
    public const string Door = "door";

    public const string Librarian = "librarian";

    /// <summary>Mends what is stuck.</summary>
    public const string Operator = "operator";

    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [Reader, Door, Librarian, Operator, Admin];

    public static IReadOnlyList<string> Staff { get; } = [Librarian, Operator, Admin];
}
