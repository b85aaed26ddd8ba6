namespace Library.Contracts.Users;

/// <summary>Orders that an active user cannot log in any more, and that its sessions end.</summary>
public sealed record DisableUser(string SagaId, string Step, int Attempt, string ReplyTo, string UserId) : ICommand
{
    public const string Topic = "users.disable-user";

    static string ICommand.Topic => Topic;
}
