using Library.Contracts;

namespace Library.Sagas.Orchestrator.Definition;

/// <summary>
/// Which refusals are worth another attempt, how many attempts there are at most, and the pause before each. A participant that does not answer is no
/// refusal: the saga waits for it and no attempt is used up.
/// </summary>
public sealed record Retries
{
    /// <summary>The first refusal counts.</summary>
    public static readonly Retries None = new() { Attempts = 1 };

    /// <summary>Attempts in all.</summary>
    public int Attempts { get; init; } = 5;

    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much longer each pause is than the one before.</summary>
    public double Factor { get; init; } = 2;

    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The codes of the refusals that another attempt may mend; none means any.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>Another attempt for refusals with these codes; one other reason beside them, and there is none.</summary>
    public static Retries Of(params IReadOnlyList<string> codes) => new() { Codes = codes };

    internal bool IsWorthIt(IReadOnlyList<Reason> reasons, int tries) =>
        tries < Attempts && (Codes.Count == 0 || reasons.All(reason => Codes.Contains(reason.Code)));

    internal TimeSpan Pause(int tries) => TimeSpan.FromMilliseconds(Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(Factor, tries - 1)));
}
