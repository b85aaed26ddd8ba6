using System.Globalization;
using System.Text.RegularExpressions;
using Sidecar.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sidecar.Components;

public enum YamlKind
{
    Null,
    Text,
    Bool,
    Whole,
    Fraction,
}

/// <summary>
/// A scalar as YAML 1.1 understands it, because Dapr reads its resources that way: yes and on are true, 0x1F and 0644 are numbers,
/// dates are text. <see cref="Text"/> is what the value looks like as JSON, without quotes.
/// </summary>
public readonly partial record struct YamlScalar(YamlKind Kind, string Text)
{
    public static YamlScalar Of(YamlScalarNode node)
    {
        var text = node.Value ?? "";
        return node.Style is ScalarStyle.Plain && IsUntagged(node) ? OfPlain(text) : new YamlScalar(YamlKind.Text, text);
    }

    private static bool IsUntagged(YamlScalarNode node) => node.Tag.IsEmpty || node.Tag.IsNonSpecific;

    private static YamlScalar OfPlain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => new YamlScalar(YamlKind.Null, ""),
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => new YamlScalar(YamlKind.Bool, "true"),
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => new YamlScalar(YamlKind.Bool, "false"),
        _ when text[0] is '+' or '-' or '.' or (>= '0' and <= '9') => OfNumber(text),
        _ => new YamlScalar(YamlKind.Text, text),
    };

    private static YamlScalar OfNumber(string text)
    {
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        if (WholeNumber(plain) is { } whole)
        {
            return new YamlScalar(YamlKind.Whole, whole);
        }

        return FractionPattern().IsMatch(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) && double.IsFinite(fraction)
            ? new YamlScalar(YamlKind.Fraction, GoNumber.Format(fraction))
            : new YamlScalar(YamlKind.Text, text);
    }

    private static string? WholeNumber(string text)
    {
        var negative = text[0] == '-';
        var digits = text[0] is '+' or '-' ? text[1..] : text;
        var (radix, body) = digits switch
        {
            ['0', 'x' or 'X', .. var rest] => (16, rest),
            ['0', 'b' or 'B', .. var rest] => (2, rest),
            ['0', 'o' or 'O', .. var rest] => (8, rest),
            ['0', .. var rest] when rest.Length > 0 => (8, rest),
            _ => (10, digits),
        };
        Int128 value = 0;
        foreach (var c in body)
        {
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix || value > ulong.MaxValue)
            {
                return null;
            }

            value = (value * radix) + digit;
        }

        value = negative ? -value : value;
        return body.Length > 0 && value >= long.MinValue && value <= ulong.MaxValue ? value.ToString(CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex(@"^[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?$|^[-+]?[0-9]+\.([eE][-+]?[0-9]+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FractionPattern();
}
