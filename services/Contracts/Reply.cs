namespace Library.Contracts;

/// <summary>Answers the command of the topic <see cref="Command"/>: done to the aggregate <see cref="Id"/>, or refused for all the <see cref="Reasons"/>.</summary>
[NamesNoPerson]
public sealed record Reply(string Command, string SagaId, string Step, int Attempt, bool Done, string? Id = null, long? Version = null, IReadOnlyList<Reason>? Reasons = null);
