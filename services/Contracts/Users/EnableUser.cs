namespace Library.Contracts.Users;

/// <summary>Orders that what DisableUser has done is undone; one that comes before it bars it.</summary>
public sealed record EnableUser(string SagaId, string Step, int Attempt, string ReplyTo, string UserId) : ICommand
{
    public const string Topic = "users.enable-user";

    static string ICommand.Topic => Topic;
}
