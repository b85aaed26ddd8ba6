using Sidecar.Json;

namespace Sidecar.PubSub.Routing;

/// <summary>What the signs between two values do. Numbers are added only to their own kind, but compared with every kind.</summary>
internal static class CelOperators
{
    public static Func<object?[], object?> Of(string sign) => sign switch
    {
        "==" => static values => CelKeys.Equal(values[0], values[1]),
        "!=" => static values => !CelKeys.Equal(values[0], values[1]),
        "<" => static values => Order(values, static order => order < 0),
        "<=" => static values => Order(values, static order => order <= 0),
        ">" => static values => Order(values, static order => order > 0),
        ">=" => static values => Order(values, static order => order >= 0),
        "in" => static values => In(values[0], values[1]),
        "+" => static values => Checked(Add, values),
        "-" => static values => Checked(Subtract, values),
        "*" => static values => Checked(Multiply, values),
        "/" => static values => Checked(Divide, values),
        "%" => static values => Checked(Modulo, values),
        _ => throw new ArgumentOutOfRangeException(nameof(sign)),
    };

    public static object? Not(object?[] values) => values[0] is bool value ? !value : CelError.NoSuchOverload;

    public static object? Negate(object?[] values) => values[0] switch
    {
        long.MinValue => new CelError("integer overflow"),
        long number => -number,
        double number => -number,
        TimeSpan duration => -duration,
        _ => CelError.NoSuchOverload,
    };

    private static object Order(object?[] values, Func<int, bool> fits)
    {
        if (CelNumbers.TryCompare(values[0], values[1], out var order))
        {
            return order != int.MinValue && fits(order);
        }

        return (values[0], values[1]) switch
        {
            (string a, string b) => fits(GoString.Compare(a, b)),
            (bool a, bool b) => fits(a.CompareTo(b)),
            (byte[] a, byte[] b) => fits(a.AsSpan().SequenceCompareTo(b)),
            (DateTimeOffset a, DateTimeOffset b) => fits(a.CompareTo(b)),
            (TimeSpan a, TimeSpan b) => fits(a.CompareTo(b)),
            _ => CelError.NoSuchOverload,
        };
    }

    private static object In(object? item, object? container)
    {
        switch (container)
        {
            case List<object?> list:
                return list.Exists(other => CelKeys.Equal(item, other));
            case CelMap map:
                return item is not null && map.ContainsKey(item);
            default:
                return CelError.NoSuchOverload;
        }
    }

    private static object? Checked(Func<object?, object?, object?> operation, object?[] values)
    {
        try
        {
            return operation(values[0], values[1]);
        }
        catch (DivideByZeroException)
        {
            return new CelError("division by zero");
        }
        catch (Exception problem) when (problem is OverflowException or ArgumentOutOfRangeException)
        {
            return new CelError("integer overflow");
        }
    }

    private static object? Add(object? one, object? other) => (one, other) switch
    {
        (long a, long b) => checked(a + b),
        (ulong a, ulong b) => checked(a + b),
        (double a, double b) => a + b,
        (string a, string b) => a + b,
        (byte[] a, byte[] b) => (byte[])[.. a, .. b],
        (List<object?> a, List<object?> b) => (List<object?>)[.. a, .. b],
        (DateTimeOffset a, TimeSpan b) => a + b,
        (TimeSpan a, DateTimeOffset b) => b + a,
        (TimeSpan a, TimeSpan b) => a + b,
        _ => CelError.NoSuchOverload,
    };

    private static object? Subtract(object? one, object? other) => (one, other) switch
    {
        (long a, long b) => checked(a - b),
        (ulong a, ulong b) => checked(a - b),
        (double a, double b) => a - b,
        (DateTimeOffset a, TimeSpan b) => a - b,
        (DateTimeOffset a, DateTimeOffset b) => a - b,
        (TimeSpan a, TimeSpan b) => a - b,
        _ => CelError.NoSuchOverload,
    };

    private static object? Multiply(object? one, object? other) => (one, other) switch
    {
        (long a, long b) => checked(a * b),
        (ulong a, ulong b) => checked(a * b),
        (double a, double b) => a * b,
        _ => CelError.NoSuchOverload,
    };

    private static object? Divide(object? one, object? other) => (one, other) switch
    {
        (long a, long b) => checked(a / b),
        (ulong a, ulong b) => a / b,
        (double a, double b) => a / b,
        _ => CelError.NoSuchOverload,
    };

    private static object? Modulo(object? one, object? other) => (one, other) switch
    {
        (long a, long b) => b == -1 ? 0L : a % b,
        (ulong a, ulong b) => a % b,
        _ => CelError.NoSuchOverload,
    };
}
