namespace Library.Contracts.Readers;

/// <summary>Orders that a pending reader goes again; one that comes before its CreateReader bars it.</summary>
public sealed record CancelReader(string SagaId, string Step, int Attempt, string ReplyTo, string ReaderId) : ICommand
{
    public const string Topic = "readers.cancel-reader";

    static string ICommand.Topic => Topic;
}
