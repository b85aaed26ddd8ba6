namespace Library.Contracts.Readers;

/// <summary>Orders a pending reader; the e-mail address and the phone are claimed at once.</summary>
public sealed record CreateReader(string SagaId, string Step, int Attempt, string ReplyTo, string ReaderId, string Name, string Email, string? Phone = null, DateOnly? BirthDate = null) : ICommand
{
    public const string Topic = "readers.create-reader";

    static string ICommand.Topic => Topic;
}
