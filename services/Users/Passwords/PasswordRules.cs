using System.Text;
using Library.Contracts;

namespace Library.Users.Passwords;

/// <summary>What a new password must be. What was chosen before the rules grew stays good.</summary>
internal static class PasswordRules
{
    public const int Shortest = 12;
    public const int MostBytes = 256;

    /// <summary>Of what others can guess about somebody, so many letters must be left beside it.</summary>
    private const int LeftBeside = 6;

    public static bool IsOfLength(string password) => password.Length <= MostBytes && Encoding.UTF8.GetByteCount(password) <= MostBytes;

    /// <summary>All that is wrong with it, not only the first.</summary>
    public static IEnumerable<Reason> Wrong(string? password, string? username, string? email)
    {
        if (password is null || password.EnumerateRunes().Count() < Shortest)
        {
            yield return new Reason("password-too-short", $"Give a password of at least {Shortest} characters. Several words in a row are easy to remember.");
        }

        if (password is null)
        {
            yield break;
        }

        if (!IsOfLength(password))
        {
            yield return new Reason("password-too-long", $"Give a password of at most {MostBytes} bytes.");
        }
        else if (CommonPasswords.Contains(password))
        {
            yield return new Reason("password-common", "This password is among the first that others would try. Choose one that is no known word, row of keys or repetition.");
        }

        if (password.Any(char.IsControl))
        {
            yield return new Reason("password-invalid", "A password has no control characters, such as line breaks.");
        }

        if (Names(username, email).Any(name => IsLittleMoreThan(password, name)))
        {
            yield return new Reason("password-personal", "The password must be more than the user name or the e-mail address.");
        }
    }

    private static IEnumerable<string> Names(string? username, string? email) =>
        new[] { username, email?.Trim(), email?.Trim().Split('@')[0] }.OfType<string>().Where(name => name.Length >= 3);

    private static bool IsLittleMoreThan(string password, string name) =>
        password.Contains(name, StringComparison.OrdinalIgnoreCase) && password.Replace(name, "", StringComparison.OrdinalIgnoreCase).Length < LeftBeside;
}
