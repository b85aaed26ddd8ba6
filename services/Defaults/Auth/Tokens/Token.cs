namespace Library.Defaults.Auth.Tokens;

/// <summary>A token that was verified: whose it is, and what ends it.</summary>
internal sealed record Token(Caller Caller, string Id, string Kid, DateTimeOffset IssuedAt, DateTimeOffset NotBefore, DateTimeOffset Expires);
