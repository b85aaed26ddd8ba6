namespace Library.Contracts.Users;

/// <summary>
/// Tokens of a user that count no more: the one of <see cref="SessionId"/>, or all issued before <see cref="IssuedBefore"/> but the one of
/// <see cref="ExceptSessionId"/>. After <see cref="Until"/> they would have ended anyway. A session's id is its token's jti.
/// </summary>
[NamesNoPerson]
public sealed record SessionsEnded(string UserId, string? SessionId, DateTimeOffset? IssuedBefore, string? ExceptSessionId, DateTimeOffset Until)
{
    public const string Topic = "users.sessions-ended";
}
