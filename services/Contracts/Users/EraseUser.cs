namespace Library.Contracts.Users;

/// <summary>Orders that nothing of the user is left but that there was one.</summary>
public sealed record EraseUser(string SagaId, string Step, int Attempt, string ReplyTo, string UserId) : ICommand
{
    public const string Topic = "users.erase-user";

    static string ICommand.Topic => Topic;
}
