using System.Collections.Frozen;

namespace Library.Users.Passwords;

/// <summary>
/// Whether a password is made of what everybody tries first. Long passwords that are often used are short ones in a row ("password1234", "qwertyqwerty"):
/// so a password is taken apart into known words, rows of keys and repetitions, and is common if too little else is left.
/// </summary>
internal static class CommonPasswords
{
    /// <summary>A word, a row or a run is as good as one letter, and so many are needed.</summary>
    private const int Enough = 6;

    private const int ShortestRow = 3;

    private static readonly string[] Rows =
    [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm", "wxcvbn", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujmikolp", "147258369", "159753", "a1b2c3d4e5f6g7h8",
    ];

    private static readonly FrozenSet<string> Words = """
        password passwort passwd passw pass contrasena motdepasse senha parola wachtwoord haslo heslo salasana kennwort geheim secret secreto private
        admin administrator root toor user guest test tester testing demo default temp changeme change letmein welcome willkommen bienvenue hello hallo hola login logon access enter
        master super superman batman spiderman ironman wonderwoman pokemon pikachu naruto starwars skywalker startrek matrix trustno princess prince queen king dragon monkey tiger lion bear eagle panther
        shadow sunshine moonlight rainbow butterfly flower flowers blossom summer winter spring autumn sommer fruhling herbst january february march april june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday montag freitag sonntag football fussball soccer baseball basketball hockey tennis golf liverpool chelsea arsenal barcelona realmadrid juventus
        love loveyou iloveyou ilove liebe lover loveme forever angel angels baby babygirl babyboy honey sweet sweetheart darling cutie hottie sexy kiss kisses amor teamo teamomucho ichliebedich jetaime
        michael michelle jennifer jessica ashley nicole daniel david andrew joshua matthew robert thomas charlie george jordan justin anthony william samantha amanda melissa elizabeth alexander alexandra
        anna maria peter martin stefan andreas christian sebastian patrick nathalie laura sarah julia lisa sophie marie pierre jesus christ church blessed faith heaven godisgood
        computer internet google facebook twitter instagram linkedin microsoft windows apple samsung android iphone linux oracle cisco server network system security secure safety database
        cheese chocolate cookie cookies banana orange pepper coffee ginger cherry apples peanut pumpkin pizza whatever nothing something anything nobody everyone family friends friend mother father mama papa
        money dollar rich lucky freedom phoenix falcon ranger hunter killer ninja samurai soldier maverick mustang ferrari porsche mercedes toyota honda yamaha harley corvette camaro buster
        library librarian bibliothek buecherei biblioteca bibliotheque book books reader readers leser buch loan lend borrow
        qwerty qwertz azerty asdf zxcv qaz wsx abc abcd aaa zzz xxx fuck fuckyou fuckoff shit bitch asshole biteme blahblah foobar foobar correct horse battery staple trustme opensesame opensesam ncc
        germany deutschland berlin munchen hamburg wien paris london newyork america england france espana italia polska russia london india china japan
        mickey minnie donald disney snoopy garfield tweety scooby mustafa computer1 hannah taylor tigger winnie merlin gandalf frodo bilbo hobbit harrypotter hogwarts potter zelda mario luigi sonic minecraft fortnite roblox
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int Longest = Words.Max(word => word.Length);

    private static readonly int LongestRow = Rows.Max(row => row.Length);

    private static readonly string[] BothWays = [.. Rows, .. Rows.Select(row => new string([.. row.Reverse()]))];

    /// <summary>Of a password that is not longer than one may be.</summary>
    public static bool Contains(string password) => Math.Min(Parts(password.ToLowerInvariant()), Parts(Read(password))) < Enough;

    /// <summary>The fewest parts that it can be taken apart into; what was there before counts no more.</summary>
    private static int Parts(string text)
    {
        var fewest = new int[text.Length + 1];
        for (var end = 1; end <= text.Length; end++)
        {
            fewest[end] = fewest[end - 1] + 1;
            for (var length = 2; length <= end; length++)
            {
                var start = end - length;
                var part = text.AsSpan(start, length);
                if (fewest[start] + 1 < fewest[end] && IsOne(part, text.AsSpan(0, start)))
                {
                    fewest[end] = fewest[start] + 1;
                }
            }
        }

        return fewest[text.Length];
    }

    private static bool IsOne(ReadOnlySpan<char> part, ReadOnlySpan<char> before) =>
        (part.Length <= Longest && Known.Contains(part)) || IsYear(part) || !part.ContainsAnyExcept(part[0]) || (part.Length >= ShortestRow && ((part.Length <= LongestRow && IsRow(part)) || before.IndexOf(part) >= 0));

    private static bool IsYear(ReadOnlySpan<char> part) => part.Length == 4 && part is ['1', '9', ..] or ['2', '0', ..] && !part.ContainsAnyExceptInRange('0', '9');

    private static bool IsRow(ReadOnlySpan<char> part)
    {
        foreach (var row in BothWays)
        {
            if (row.AsSpan().IndexOf(part) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As it is meant: small letters in place of the figures and signs that look like them.</summary>
    private static string Read(string password) => string.Create(password.Length, password, static (read, written) =>
    {
        for (var i = 0; i < written.Length; i++)
        {
            read[i] = written[i] switch
            {
                '@' or '4' => 'a',
                '3' => 'e',
                '1' or '!' or '|' => 'i',
                '0' => 'o',
                '$' or '5' => 's',
                '7' or '+' => 't',
                '8' => 'b',
                '9' => 'g',
                var other => char.ToLowerInvariant(other),
            };
        }
    });
}
