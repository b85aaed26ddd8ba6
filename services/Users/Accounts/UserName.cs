using System.Text;
using System.Text.RegularExpressions;
using Library.Contracts;

namespace Library.Users.Accounts;

/// <summary>A user name in its one spelling: two ways to write or type the same name are the same, and no name looks like another.</summary>
internal static partial class UserName
{
    private const int Longest = 64;
    private const int LongestGiven = 4 * Longest;
    private const int FirstWide = 0xFF01;
    private const int LastWide = 0xFF5E;

    // Alone or between letters these look like Latin ones.
    private const string Alike = "аеорсухіјѕһӏүνορυαιγ";
    private const string AlikeLatin = "aeopcyxijshlyvopuaiy";

    /// <summary>Small letters, composed; what is no letter of ours stays as it is, for <see cref="Wrong"/> to name.</summary>
    public static string Normalise(string given)
    {
        if (given.Length > LongestGiven)
        {
            return given;
        }

        var small = new StringBuilder(given.Length);
        foreach (var letter in given.Trim())
        {
            Fold(small, letter is >= (char)FirstWide and <= (char)LastWide ? (char)(letter - FirstWide + '!') : letter);
        }

        return Letters.Compose(small.ToString());
    }

    public static string? Normalised(string? given) => given is null ? null : Normalise(given);

    /// <summary>Of a normalised name.</summary>
    public static IEnumerable<Reason> Wrong(string? name)
    {
        if (name is null || name.Length > LongestGiven || !Form().IsMatch(name) || name.Any(letter => !char.IsAsciiDigit(letter) && letter is not ('.' or '_' or '-') && Letters.ScriptOf(letter) == Script.None))
        {
            yield return new Reason("username-invalid", "Give a user name of 3 to 64 letters (Latin, Greek or Cyrillic) and digits, with single . _ or - between them.");
        }
        else if (name.Select(Letters.ScriptOf).Where(script => script != Script.None).Distinct().Count() > 1)
        {
            yield return new Reason("username-mixed", "Write the user name in one alphabet: letters of different ones look alike.");
        }
    }

    /// <summary>Equal for names that look the same, such as a Latin and a Cyrillic "a": the name is claimed as this.</summary>
    public static string LookOf(string name) => string.Create(name.Length, name, (look, letters) =>
    {
        for (var i = 0; i < letters.Length; i++)
        {
            look[i] = Alike.IndexOf(letters[i], StringComparison.Ordinal) is >= 0 and var at ? AlikeLatin[at] : letters[i];
        }
    });

    /// <summary>By which guesses at it are counted: whatever is too long for a name is one.</summary>
    public static string AccountOf(string name) => name.Length > Longest ? "" : LookOf(name);

    private static void Fold(StringBuilder small, char letter)
    {
        switch (letter)
        {
            case 'ß' or 'ẞ':
                small.Append("ss");
                break;
            case 'ſ':
                small.Append('s');
                break;
            case 'ς':
                small.Append('σ');
                break;
            case 'ﬁ':
                small.Append("fi");
                break;
            case 'ﬂ':
                small.Append("fl");
                break;
            default:
                small.Append(char.ToLowerInvariant(letter));
                break;
        }
    }

    [GeneratedRegex(@"^(?=.{3,64}\z)[\p{Ll}\d]+([._-][\p{Ll}\d]+)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
