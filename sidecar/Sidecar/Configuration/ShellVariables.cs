using System.Text;

namespace Sidecar.Configuration;

/// <summary>Puts variables of the environment into text, by the rules of Go: $NAME, ${NAME}; one that is not set is nothing.</summary>
public static class ShellVariables
{
    private const string Special = "*#$@!?-0123456789";

    public static string Expand(string text, Func<string, string?> environment)
    {
        var expanded = new StringBuilder(text.Length);
        var from = 0;
        for (var at = text.IndexOf('$'); at >= 0 && at + 1 < text.Length; at = text.IndexOf('$', from))
        {
            var (name, length) = Name(text.AsSpan(at + 1));
            expanded.Append(text, from, at - from);
            if (name.Length > 0)
            {
                expanded.Append(environment(name) ?? "");
            }
            else if (length == 0)
            {
                expanded.Append('$');
            }

            from = at + 1 + length;
        }

        return expanded.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>No name and a length is bad syntax, which is left out; neither is a lone dollar sign, which stays.</summary>
    private static (string Name, int Length) Name(ReadOnlySpan<char> rest)
    {
        if (rest[0] != '{')
        {
            if (Special.Contains(rest[0]))
            {
                return (rest[..1].ToString(), 1);
            }

            var end = 0;
            while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] == '_'))
            {
                end++;
            }

            return (rest[..end].ToString(), end);
        }

        var close = rest.IndexOf('}');
        return close switch
        {
            < 0 => ("", 1),
            1 => ("", 2),
            _ => (rest[1..close].ToString(), close + 1),
        };
    }
}
