namespace Library.Contracts;

/// <summary>A fact as it travels: the data of its cloud event, whose id is "aggregate id/version".</summary>
public sealed record Published<TFact>(Position Position, TFact Fact)
    where TFact : IFact;
