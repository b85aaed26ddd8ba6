namespace Library.Contracts.Users;

/// <summary>
/// Orders a pending user of a reader; the user name and the external identity are claimed at once. Exactly one of <see cref="CredentialId"/> (of a
/// password that was handed over before, with its user name) and <see cref="ExternalIdentity"/> is given.
/// </summary>
public sealed record CreateUser(
    string SagaId, string Step, int Attempt, string ReplyTo, string UserId, string ReaderId,
    string? Username = null, string? CredentialId = null, ExternalIdentity? ExternalIdentity = null) : ICommand
{
    public const string Topic = "users.create-user";

    static string ICommand.Topic => Topic;
}
