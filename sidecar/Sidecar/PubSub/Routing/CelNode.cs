namespace Sidecar.PubSub.Routing;

/// <summary>
/// A part of an expression. Values are null, bool, long, ulong, double, string, byte[], DateTimeOffset, TimeSpan, List, CelMap,
/// CelType and, for what went wrong, CelError.
/// </summary>
internal abstract class CelNode
{
    public abstract object? Evaluate(CelScope scope);
}

/// <summary>The variables that can be seen from here, innermost first.</summary>
internal sealed record CelScope(CelScope? Outer, string Name, object? Value);

/// <summary>A map of CEL, whose keys are equal across the kinds of numbers.</summary>
internal sealed class CelMap() : Dictionary<object, object?>(CelKeys.Comparer);

/// <summary>What type() returns.</summary>
internal sealed record CelType(string Name);

internal sealed class CelLiteral(object? value) : CelNode
{
    public object? Value => value;

    public override object? Evaluate(CelScope scope) => value;
}

internal sealed class CelVariable(string name) : CelNode
{
    private readonly CelType? type = name is "bool" or "bytes" or "double" or "int" or "list" or "map" or "null_type" or "string" or "type" or "uint" ? new(name) : null;

    public string Name => name;

    public override object? Evaluate(CelScope scope)
    {
        for (var here = scope; here is not null; here = here.Outer)
        {
            if (here.Name == name)
            {
                return here.Value;
            }
        }

        return (object?)type ?? new CelError($"no such attribute(s): {name}");
    }
}

/// <summary>of.name, and has(of.name), which asks whether there is such a member.</summary>
internal sealed class CelSelect(CelNode of, string name, bool isTest = false) : CelNode
{
    public CelSelect AsTest() => new(of, name, isTest: true);

    public override object? Evaluate(CelScope scope) => of.Evaluate(scope) switch
    {
        CelError error => error,
        CelMap map when isTest => map.ContainsKey(name),
        CelMap map => map.TryGetValue(name, out var value) ? value : CelError.NoSuchKey(name),
        List<object?> => new CelError("unsupported index type 'string' in list"),
        _ when isTest => false,
        _ => CelError.NoSuchKey(name),
    };
}

internal sealed class CelIndex(CelNode of, CelNode index) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        var (target, key) = (of.Evaluate(scope), index.Evaluate(scope));
        return target switch
        {
            CelError => target,
            _ when key is CelError => key,
            CelMap map when key is not null => map.TryGetValue(key, out var value) ? value : CelError.NoSuchKey(key),
            List<object?> list when Position(key) is { } at => at >= 0 && at < list.Count ? list[(int)at] : new CelError($"index out of bounds: {at}"),
            _ => CelError.NoSuchOverload,
        };
    }

    private static long? Position(object? key) => key switch
    {
        long number => number,
        ulong number and <= int.MaxValue => (long)number,
        double number when double.IsInteger(number) && Math.Abs(number) <= int.MaxValue => (long)number,
        _ => null,
    };
}

internal sealed class CelListLiteral(List<CelNode> items) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        var list = new List<object?>(items.Count);
        foreach (var item in items)
        {
            var value = item.Evaluate(scope);
            if (value is CelError)
            {
                return value;
            }

            list.Add(value);
        }

        return list;
    }
}

internal sealed class CelMapLiteral(List<(CelNode Key, CelNode Value)> entries) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        var map = new CelMap();
        foreach (var entry in entries)
        {
            var (key, value) = (entry.Key.Evaluate(scope), entry.Value.Evaluate(scope));
            if (key is CelError || value is CelError)
            {
                return key as CelError ?? value;
            }

            if (key is not (bool or long or ulong or string))
            {
                return new CelError("unsupported key type");
            }

            if (!map.TryAdd(key, value))
            {
                return new CelError($"Failed with repeated key: {key}");
            }
        }

        return map;
    }
}
