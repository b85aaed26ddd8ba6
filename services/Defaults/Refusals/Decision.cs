using System.Diagnostics.CodeAnalysis;

namespace Library.Defaults.Refusals;

/// <summary>What an aggregate decides: a fact, or a refusal.</summary>
public readonly record struct Decision<TFact>
    where TFact : class
{
    private readonly TFact? _fact;
    private readonly Refusal? _refusal;

    private Decision(TFact? fact, Refusal? refusal) => (_fact, _refusal) = (fact, refusal);

    public static implicit operator Decision<TFact>(TFact fact) => new(fact, null);

    public static implicit operator Decision<TFact>(Refusal refusal) => new(null, refusal);

    public bool IsRefused([NotNullWhen(true)] out Refusal? no, [NotNullWhen(false)] out TFact? yes)
    {
        (no, yes) = (_refusal, _fact);
        return _refusal is not null;
    }
}
