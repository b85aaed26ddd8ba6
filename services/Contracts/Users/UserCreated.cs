namespace Library.Contracts.Users;

/// <summary>A user exists, pending until the saga that made it has ended, or active at once.</summary>
public sealed record UserCreated(string Id, long Version, UserState State, string? Username, IReadOnlyList<string> Roles, string? ReaderId)
    : PublishedUser(Id, Version, State, Username, Roles, ReaderId), IFact
{
    public const string Topic = "users.user-created";

    static string IFact.Topic => Topic;
}
