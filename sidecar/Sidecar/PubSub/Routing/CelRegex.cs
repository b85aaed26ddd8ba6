using System.Text;
using System.Text.RegularExpressions;

namespace Sidecar.PubSub.Routing;

/// <summary>Regular expressions in the notation of RE2, evaluated as RE2 does: in time that grows with the text and not beyond.</summary>
internal static class CelRegex
{
    private const int MostPatterns = 256;
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);

    public static object? Matches(object? text, object? pattern)
    {
        if (text is not string subject || pattern is not string notation)
        {
            return CelError.NoSuchOverload;
        }

        try
        {
            if (!Compiled.TryGetValue(notation, out var regex))
            {
                regex = new Regex(Translate(notation), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                if (Compiled.Count < MostPatterns)
                {
                    Compiled.TryAdd(notation, regex);
                }
            }

            return regex.IsMatch(subject);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            return new CelError($"error parsing regexp: {problem.Message}");
        }
    }

    /// <summary>Classes are those of ASCII, $ stands for the very end, and groups are named with a P.</summary>
    private static string Translate(string notation)
    {
        var result = new StringBuilder(notation.Length + 16);
        var isInClass = false;
        for (var i = 0; i < notation.Length; i++)
        {
            var (here, next) = (notation[i], i + 1 < notation.Length ? notation[i + 1] : '\0');
            switch (here)
            {
                case '\\':
                    result.Append(Escape(next, isInClass));
                    i++;
                    break;
                case '[' when !isInClass:
                    isInClass = true;
                    result.Append(here);
                    break;
                case ']' when isInClass:
                    isInClass = false;
                    result.Append(here);
                    break;
                case '$' when !isInClass && !notation.Contains("(?m", StringComparison.Ordinal):
                    result.Append("\\z");
                    break;
                case '(' when next == '?' && i + 3 < notation.Length && notation[i + 2] == 'P' && notation[i + 3] == '<':
                    result.Append("(?");
                    i += 2;
                    break;
                default:
                    result.Append(here);
                    break;
            }
        }

        return result.ToString();
    }

    private static string Escape(char letter, bool isInClass) => letter switch
    {
        'd' => isInClass ? "0-9" : "[0-9]",
        'w' => isInClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]",
        's' => isInClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]",
        'D' when !isInClass => "[^0-9]",
        'W' when !isInClass => "[^0-9A-Za-z_]",
        'S' when !isInClass => "[^\\t\\n\\f\\r ]",
        '\0' => "\\",
        _ => $"\\{letter}",
    };
}
