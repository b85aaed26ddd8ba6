using Library.Contracts;

namespace Library.Defaults.Refusals;

/// <summary>A "no" that is part of the domain: a stable code, a sentence a person can act on, and the status it has over HTTP.</summary>
public sealed record Refusal(string Code, string Sentence, int Status)
{
    /// <summary>All of them where there are several; the refusal itself then sums them up.</summary>
    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    /// <summary>When it makes sense to ask again; time alone mends such a refusal.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public RefusalResult ToProblem() => new(this);

    public IReadOnlyList<Reason> AllReasons() => Reasons.Count > 0 ? Reasons : [new Reason(Code, Sentence)];
}
