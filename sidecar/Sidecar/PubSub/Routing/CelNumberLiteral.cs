using System.Globalization;

namespace Sidecar.PubSub.Routing;

/// <summary>A number in the text of an expression. Its sign comes with it, because the lowest integer has no positive twin.</summary>
internal static class CelNumberLiteral
{
    public static CelLiteral Read(CelToken token, bool isNegative, string text)
    {
        var isHex = token.Kind != CelTokenKind.Double && token.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var digits = isHex ? token.Text.AsSpan(2) : token.Text;
        if (token.Kind == CelTokenKind.Double)
        {
            var value = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
            return new(isNegative ? -value : value);
        }

        if (!ulong.TryParse(digits, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number) ||
            (token.Kind == CelTokenKind.Int && number > (isNegative ? 1UL << 63 : long.MaxValue)))
        {
            throw new CelException($"the number {token.Text} is out of range in: {text}");
        }

        return new(token.Kind == CelTokenKind.Uint ? number : isNegative ? unchecked(-(long)number) : (long)number);
    }
}
