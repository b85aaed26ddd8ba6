namespace Library.Contracts;

/// <summary>Where a fact stands in its publisher's outbox, and when it was written there.</summary>
public sealed record Position(int Place, long Number, DateTimeOffset At);
