namespace Library.Contracts.Users;

/// <summary>Orders that a pending user can log in from now on.</summary>
public sealed record ActivateUser(string SagaId, string Step, int Attempt, string ReplyTo, string UserId) : ICommand
{
    public const string Topic = "users.activate-user";

    static string ICommand.Topic => Topic;
}
