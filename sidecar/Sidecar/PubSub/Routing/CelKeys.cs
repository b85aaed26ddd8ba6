namespace Sidecar.PubSub.Routing;

/// <summary>Equality of CEL: across the kinds of numbers, deep for lists and maps, false between other types.</summary>
internal static class CelKeys
{
    public static IEqualityComparer<object> Comparer { get; } = new KeyComparer();

    public static bool Equal(object? one, object? other)
    {
        if (CelNumbers.TryCompare(one, other, out var order))
        {
            return order == 0;
        }

        return (one, other) switch
        {
            (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
            (List<object?> a, List<object?> b) => Equal(a, b),
            (CelMap a, CelMap b) => Equal(a, b),
            (null, _) or (_, null) => one is null && other is null,
            _ => one.Equals(other),
        };
    }

    private static bool Equal(List<object?> one, List<object?> other)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (one.Count != other.Count)
        {
            return false;
        }

        for (var i = 0; i < one.Count; i++)
        {
            if (!Equal(one[i], other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Equal(CelMap one, CelMap other)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (one.Count != other.Count)
        {
            return false;
        }

        foreach (var (key, value) in one)
        {
            if (!other.TryGetValue(key, out var counterpart) || !Equal(value, counterpart))
            {
                return false;
            }
        }

        return true;
    }

    private sealed class KeyComparer : IEqualityComparer<object>
    {
        bool IEqualityComparer<object>.Equals(object? x, object? y) => x is string text ? text.Equals(y as string, StringComparison.Ordinal) : Equal(x, y);

        int IEqualityComparer<object>.GetHashCode(object obj) => obj switch
        {
            long number => ((double)number).GetHashCode(),
            ulong number => ((double)number).GetHashCode(),
            _ => obj.GetHashCode(),
        };
    }
}
