using System.Text.RegularExpressions;
using Library.Contracts;

namespace Library.Readers.Command;

/// <summary>What a reader says of himself. Normalised, two spellings of one address or number are the same.</summary>
internal sealed partial record Profile(string? Name, string? Email, string? Phone, DateOnly? BirthDate)
{
    private static readonly DateOnly Earliest = new(1900, 1, 1);

    public Profile Normalised() => this with
    {
        Name = Name?.Trim(),
        Email = Email?.Trim().ToLowerInvariant(),
        Phone = Phone is null || string.IsNullOrWhiteSpace(Phone) ? null : International(Separators().Replace(Phone, "")),
    };

    /// <summary>All that is wrong with it, not only the first.</summary>
    public IEnumerable<Reason> Wrong(DateOnly today)
    {
        if (Name is not { Length: > 0 and <= 200 } || Name.Any(char.IsControl))
        {
            yield return new Reason("name-invalid", "Give a name of 1 to 200 characters.");
        }

        if (Email is not { Length: <= 254 } || !Address().IsMatch(Email))
        {
            yield return new Reason("email-invalid", "Give an e-mail address such as name@example.org.");
        }

        if (Phone is not null && !Number().IsMatch(Phone))
        {
            yield return new Reason("phone-invalid", "Give a phone number of 5 to 15 digits, with + and the country's code for another country.");
        }

        if (BirthDate is { } date && (date < Earliest || date > today))
        {
            yield return new Reason("birth-date-invalid", $"Give a date of birth from {Earliest:yyyy-MM-dd} to today.");
        }
    }

    private static string International(string digits) => digits.StartsWith("00", StringComparison.Ordinal) ? $"+{digits[2..]}" : digits;

    [GeneratedRegex(@"[\s().\-/]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Separators();

    [GeneratedRegex(@"^[^\s@\p{C}]{1,64}@([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"^\+?[0-9]{5,15}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();
}
