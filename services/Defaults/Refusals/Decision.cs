using System.Diagnostics.CodeAnalysis;

namespace Library.Defaults.Refusals;

/// <summary>What an aggregate decides: a fact, or a refusal.</summary>
public readonly record struct Decision<TFact>
    where TFact : class
{
    private readonly TFact? fact;
    private readonly Refusal? refusal;

    private Decision(TFact? fact, Refusal? refusal) => (this.fact, this.refusal) = (fact, refusal);

    public static implicit operator Decision<TFact>(TFact fact) => new(fact, null);

    public static implicit operator Decision<TFact>(Refusal refusal) => new(null, refusal);

    public bool IsRefused([NotNullWhen(true)] out Refusal? no, [NotNullWhen(false)] out TFact? yes)
    {
        (no, yes) = (refusal, fact);
        return refusal is not null;
    }
}
