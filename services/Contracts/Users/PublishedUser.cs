namespace Library.Contracts.Users;

/// <summary>
/// What others may know of a user, never a credential. Every fact of a user carries all of it as it was then, or newer; a cancelled or
/// erased user has no name and no roles any more.
/// </summary>
public abstract record PublishedUser(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId);
