using System.Collections;

namespace Sidecar.PubSub.Routing;

internal enum CelMacroKind
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

/// <summary>list.all(x, …) and its kin, over the items of a list or the keys of a map.</summary>
internal sealed class CelMacro(CelMacroKind kind, CelNode range, string variable, CelNode predicate, CelNode? transform) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        var value = range.Evaluate(scope);
        IEnumerable items;
        switch (value)
        {
            case CelError:
                return value;
            case List<object?> list:
                items = list;
                break;
            case CelMap map:
                items = map.Keys;
                break;
            default:
                return CelError.NoSuchOverload;
        }

        return kind switch
        {
            CelMacroKind.All => Quantify(items, scope, deciding: false),
            CelMacroKind.Exists => Quantify(items, scope, deciding: true),
            CelMacroKind.ExistsOne => One(items, scope),
            _ => Collect(items, scope),
        };
    }

    /// <summary>One item that decides makes up for errors with the others.</summary>
    private object? Quantify(IEnumerable items, CelScope scope, bool deciding)
    {
        CelError? error = null;
        foreach (var item in items)
        {
            var result = predicate.Evaluate(new(scope, variable, item));
            if (result is bool met)
            {
                if (met == deciding)
                {
                    return deciding;
                }
            }
            else
            {
                error ??= result as CelError ?? CelError.NoSuchOverload;
            }
        }

        return error is null ? !deciding : error;
    }

    private object? One(IEnumerable items, CelScope scope)
    {
        var count = 0;
        foreach (var item in items)
        {
            var result = predicate.Evaluate(new(scope, variable, item));
            if (result is not bool met)
            {
                return result as CelError ?? CelError.NoSuchOverload;
            }

            count += met ? 1 : 0;
        }

        return count == 1;
    }

    private object? Collect(IEnumerable items, CelScope scope)
    {
        var collected = new List<object?>();
        foreach (var item in items)
        {
            var inner = new CelScope(scope, variable, item);
            var result = predicate.Evaluate(inner);
            if (result is CelError || result is not bool met)
            {
                return result as CelError ?? CelError.NoSuchOverload;
            }

            if (met)
            {
                var value = transform is null ? item : transform.Evaluate(inner);
                if (value is CelError)
                {
                    return value;
                }

                collected.Add(value);
            }
        }

        return collected;
    }
}
