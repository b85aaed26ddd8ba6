using Library.Contracts;
using Library.Contracts.Users;

namespace Library.Users.Accounts;

internal static class Identity
{
    private const int LongestIssuer = 500;
    private const int LongestSubject = 255;

    public static IEnumerable<Reason> Wrong(ExternalIdentity? identity)
    {
        if (identity is not null && (!IsPlain(identity.Issuer, LongestIssuer) || !IsPlain(identity.Subject, LongestSubject)))
        {
            yield return new Reason(
                "identity-invalid", $"Give the issuer (at most {LongestIssuer} characters) and the subject (at most {LongestSubject}) of the external identity, without blanks at their ends.");
        }
    }

    private static bool IsPlain(string? text, int longest) => !string.IsNullOrWhiteSpace(text) && text.Length <= longest && text.Trim().Length == text.Length && !text.Any(char.IsControl);
}
