namespace Library.Contracts.Users;

/// <summary>Orders that a pending user goes again; one that comes before its CreateUser bars it.</summary>
public sealed record CancelUser(string SagaId, string Step, int Attempt, string ReplyTo, string UserId) : ICommand
{
    public const string Topic = "users.cancel-user";

    static string ICommand.Topic => Topic;
}
