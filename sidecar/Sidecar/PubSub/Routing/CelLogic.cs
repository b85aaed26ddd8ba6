namespace Sidecar.PubSub.Routing;

/// <summary>&amp;&amp; and ||: an operand that decides alone makes up for an error in the other one, on whichever side it stands.</summary>
internal sealed class CelLogic(CelNode left, CelNode right, bool deciding) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        var one = left.Evaluate(scope);
        if (one is bool first && first == deciding)
        {
            return deciding;
        }

        var other = right.Evaluate(scope);
        if (other is bool second && second == deciding)
        {
            return deciding;
        }

        return one is bool && other is bool ? !deciding : one as CelError ?? other as CelError ?? CelError.NoSuchOverload;
    }
}

internal sealed class CelChoice(CelNode condition, CelNode yes, CelNode no) : CelNode
{
    public override object? Evaluate(CelScope scope) => condition.Evaluate(scope) switch
    {
        true => yes.Evaluate(scope),
        false => no.Evaluate(scope),
        CelError error => error,
        _ => CelError.NoSuchOverload,
    };
}

/// <summary>A function of one value or of several; an error among them is what it comes to.</summary>
internal sealed class CelCall(CelNode[] arguments, Func<object?[], object?> function) : CelNode
{
    public override object? Evaluate(CelScope scope)
    {
        var values = new object?[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(scope);
            if (values[i] is CelError)
            {
                return values[i];
            }
        }

        return function(values);
    }
}
