using Library.Contracts;

namespace Library.Coordinator.ReaderUserCreation;

/// <summary>What cannot be, whatever the services know: told at once and together.</summary>
internal static class Applicant
{
    private const int LongestWord = 255;
    private static readonly DateOnly Earliest = new(1900, 1, 1);

    public static IEnumerable<Reason> Wrong(Register request, DateOnly today)
    {
        if (request.Name.Trim() is not { Length: > 0 and <= 200 } || request.Name.Any(char.IsControl))
        {
            yield return new Reason("name-invalid", "Give a name of 1 to 200 characters.");
        }

        if (!IsAddress(request.Email.Trim()))
        {
            yield return new Reason("email-invalid", "Give an e-mail address such as name@example.org.");
        }

        if (!string.IsNullOrWhiteSpace(request.Phone) && (request.Phone.Length > 40 || request.Phone.Count(char.IsAsciiDigit) is < 5 or > 17))
        {
            yield return new Reason("phone-invalid", "Give a phone number of 5 to 15 digits, with + and the country's code for another country.");
        }

        if (request.BirthDate is { } date && (date < Earliest || date > today))
        {
            yield return new Reason("birth-date-invalid", $"Give a date of birth from {Earliest:yyyy-MM-dd} to today.");
        }

        if (request.Password is not null && request.Username is null)
        {
            yield return new Reason("username-invalid", "Give a user name with the password.");
        }

        foreach (var reason in WrongProof(request))
        {
            yield return reason;
        }
    }

    private static IEnumerable<Reason> WrongProof(Register request)
    {
        switch ((request.Password is not null ? 1 : 0) + (request.IdToken is not null || request.ExternalIdentity is not null ? 1 : 0))
        {
            case 0:
                yield return new Reason("identity-missing", "Give a username and a password, or an externalIdentity.");
                break;
            case 2:
                yield return new Reason("identity-ambiguous", "Give either a password or an externalIdentity, not both.");
                break;
            default:
                break;
        }

        if (request.ExternalIdentity is { } identity && (!IsWord(identity.Issuer) || !IsWord(identity.Subject)))
        {
            yield return new Reason("external-identity-invalid", $"Give an externalIdentity with an issuer and a subject of 1 to {LongestWord} characters.");
        }
    }

    private static bool IsAddress(string email) =>
        email.Length <= 254 && email.IndexOf('@', StringComparison.Ordinal) is > 0 and <= 64 and var at && email.LastIndexOf('@') == at && email.IndexOf('.', at) > at + 1 && email[^1] != '.' &&
        !email.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter));

    private static bool IsWord(string? text) => text is { Length: > 0 and <= LongestWord } && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
}
