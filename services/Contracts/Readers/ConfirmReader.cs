namespace Library.Contracts.Readers;

/// <summary>Orders that a pending reader becomes active.</summary>
public sealed record ConfirmReader(string SagaId, string Step, int Attempt, string ReplyTo, string ReaderId) : ICommand
{
    public const string Topic = "readers.confirm-reader";

    static string ICommand.Topic => Topic;
}
