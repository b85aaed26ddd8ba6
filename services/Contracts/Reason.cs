namespace Library.Contracts;

/// <summary>One reason of a refusal: a stable code and a sentence that names nobody.</summary>
public sealed record Reason(string Code, string Sentence);
