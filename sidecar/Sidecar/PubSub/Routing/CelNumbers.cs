namespace Sidecar.PubSub.Routing;

/// <summary>Numbers of the three kinds, compared with each other by value.</summary>
internal static class CelNumbers
{
    /// <summary>False when one of them is no number. NaN is neither less, equal nor greater: <see cref="int.MinValue"/>.</summary>
    public static bool TryCompare(object? one, object? other, out int order)
    {
        order = int.MinValue;
        switch (one, other)
        {
            case (long a, long b):
                order = a.CompareTo(b);
                return true;
            case (ulong a, ulong b):
                order = a.CompareTo(b);
                return true;
            case (long a, ulong b):
                order = a < 0 ? -1 : ((ulong)a).CompareTo(b);
                return true;
            case (ulong a, long b):
                order = b < 0 ? 1 : a.CompareTo((ulong)b);
                return true;
            case (double a, double b):
                order = Compare(a, b);
                return true;
            case (double a, long or ulong):
                order = Compare(a, other);
                return true;
            case (long or ulong, double b):
                var turned = Compare(b, one);
                order = turned == int.MinValue ? turned : -turned;
                return true;
            default:
                return false;
        }
    }

    private static int Compare(double one, double other) => double.IsNaN(one) || double.IsNaN(other) ? int.MinValue : one.CompareTo(other);

    /// <summary>Whole numbers beyond 2^53 do not fit a float, so that the comparison is made among integers that hold both.</summary>
    private static int Compare(double one, object whole)
    {
        if (double.IsNaN(one))
        {
            return int.MinValue;
        }

        if (Math.Abs(one) >= 1e30)
        {
            return one < 0 ? -1 : 1;
        }

        var integral = Math.Truncate(one);
        var order = ((Int128)integral).CompareTo(whole is long signed ? signed : (Int128)(ulong)whole);
        return order != 0 ? order : one.CompareTo(integral);
    }
}
