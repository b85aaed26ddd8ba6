using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Library.Users.Accounts;

internal enum Script
{
    None,
    Latin,
    Greek,
    Cyrillic,
}

/// <summary>
/// The letters that user names are made of, all small, and how a letter and the marks behind it become one (NFC). The runtime's own normalisation needs
/// ICU, which not every machine has: without it, it silently changes nothing.
/// </summary>
internal static class Letters
{
    private const string Latin = "abcdefghijklmnopqrstuvwxyzæøðþđħłŋœŧ";
    private const string Greek = "αβγδεζηθικλμνξοπρστυφχψω";

    /// <summary>A mark, its canonical class, letters, and what they are with it.</summary>
    private static readonly (char Mark, int Class, string Plain, string Marked)[] Marks =
    [
        ('\u0327', 202, "cgklnrstedh", "çģķļņŗşţȩḑḩ"),
        ('\u0328', 202, "aeiuo", "ąęįųǫ"),
        ('\u031B', 216, "ou", "ơư"),
        ('\u0323', 220, "bdhklmnrstvwzaeioơuưy", "ḅḍḥḳḷṃṇṛṣṭṿẉẓạẹịọợụựỵ"),
        ('\u0324', 220, "u", "ṳ"),
        ('\u0325', 220, "a", "ḁ"),
        ('\u0326', 220, "st", "șț"),
        ('\u032D', 220, "delntu", "ḓḙḽṋṱṷ"),
        ('\u032E', 220, "h", "ḫ"),
        ('\u0330', 220, "eiu", "ḛḭṵ"),
        ('\u0331', 220, "bdklnrtzh", "ḇḏḵḻṉṟṯẕẖ"),
        ('\u0300', 230, "aeiouünēōwâăêôơưyеи", "àèìòùǜǹḕṑẁầằềồờừỳѐѝ"),
        ('\u0301', 230, "aeiouyclnrszügåæøçēïkmõōpũwâăêôơưϊαεηιϋουωгк", "áéíóúýćĺńŕśźǘǵǻǽǿḉḗḯḱḿṍṓṕṹẃấắếốớứΐάέήίΰόύώѓќ"),
        ('\u0302', 230, "aeioucghjswyzạẹọ", "âêîôûĉĝĥĵŝŵŷẑậệộ"),
        ('\u0303', 230, "anoiuvâăeêôơưy", "ãñõĩũṽẫẵẽễỗỡữỹ"),
        ('\u0304', 230, "aeiouüäȧæǫöõȯygḷṛиу", "āēīōūǖǟǡǣǭȫȭȱȳḡḹṝӣӯ"),
        ('\u0306', 230, "aegiouȩạиужае", "ăĕğĭŏŭḝặйўӂӑӗ"),
        ('\u0307', 230, "cegzaobdfhmnprsśšṣtwxy", "ċėġżȧȯḃḋḟḣṁṅṗṙṡṥṧṩṫẇẋẏ"),
        ('\u0308', 230, "aeiouyhõūwxtιυеіаәжзиоөэучы", "äëïöüÿḧṏṻẅẍẗϊϋёїӓӛӝӟӥӧӫӭӱӵӹ"),
        ('\u0309', 230, "aâăeêioôơuưy", "ảẩẳẻểỉỏổởủửỷ"),
        ('\u030A', 230, "auwy", "åůẘẙ"),
        ('\u030B', 230, "ouу", "őűӳ"),
        ('\u030C', 230, "cdelnrstzaiouügkjh", "čďěľňřšťžǎǐǒǔǚǧǩǰȟ"),
        ('\u030F', 230, "aeioruѵ", "ȁȅȉȍȑȕѷ"),
        ('\u0311', 230, "aeioru", "ȃȇȋȏȓȗ"),
    ];

    private static readonly FrozenDictionary<(char, char), char> Composed = Marks
        .SelectMany(row => row.Plain.Select((plain, i) => KeyValuePair.Create((plain, row.Mark), row.Marked[i]))).ToFrozenDictionary();

    private static readonly FrozenDictionary<char, char> Plain = Composed.ToFrozenDictionary(pair => pair.Value, pair => pair.Key.Item1);

    private static readonly FrozenDictionary<char, int> Classes = Marks.ToFrozenDictionary(row => row.Mark, row => row.Class);

    public static Script ScriptOf(char letter)
    {
        while (Plain.TryGetValue(letter, out var plain))
        {
            letter = plain;
        }

        return Latin.Contains(letter) ? Script.Latin
            : Greek.Contains(letter) ? Script.Greek
            : letter is >= '\u0430' and <= '\u045F' or >= '\u048A' and <= '\u04FF' && CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.LowercaseLetter ? Script.Cyrillic
            : Script.None;
    }

    /// <summary>Marks in their canonical order, and one with their letter where there is such a letter.</summary>
    public static string Compose(string text)
    {
        var composed = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var end = i + 1;
            while (end < text.Length && Classes.ContainsKey(text[end]))
            {
                end++;
            }

            Append(composed, text[i], text[(i + 1)..end].OrderBy(mark => Classes[mark]));
            i = end;
        }

        return composed.ToString();
    }

    private static void Append(StringBuilder composed, char letter, IEnumerable<char> marks)
    {
        var left = new StringBuilder();
        foreach (var mark in marks)
        {
            // A mark of the same class stands between the letter and this one.
            var isBlocked = left.Length > 0 && Classes[left[^1]] == Classes[mark];
            if (!isBlocked && Composed.TryGetValue((letter, mark), out var one))
            {
                letter = one;
            }
            else
            {
                left.Append(mark);
            }
        }

        composed.Append(letter).Append(left);
    }
}
