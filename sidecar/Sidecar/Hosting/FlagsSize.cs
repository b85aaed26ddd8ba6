using System.Globalization;

namespace Sidecar.Hosting;

/// <summary>Sizes as Kubernetes writes quantities: 4Mi, 512Ki, 16M, 1.5Gi, 1e6, or bytes.</summary>
public static class FlagsSize
{
    private static readonly Dictionary<string, decimal> Units = new()
    {
        [""] = 1,
        ["k"] = 1e3m, ["M"] = 1e6m, ["G"] = 1e9m, ["T"] = 1e12m, ["P"] = 1e15m, ["E"] = 1e18m,
        ["Ki"] = 1L << 10, ["Mi"] = 1L << 20, ["Gi"] = 1L << 30, ["Ti"] = 1L << 40, ["Pi"] = 1L << 50, ["Ei"] = 1L << 60,
    };

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        if (text.EndsWith('.'))
        {
            end = text.Length;
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (end == 0
            || !Units.TryGetValue(text[end..], out var unit)
            || !decimal.TryParse(text.AsSpan(0, end), Style, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > long.MaxValue / unit)
        {
            return false;
        }

        var size = number * unit;
        bytes = (long)size;
        return decimal.IsInteger(size);
    }
}
