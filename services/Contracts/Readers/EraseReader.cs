namespace Library.Contracts.Readers;

/// <summary>Orders that nothing of the reader is left but that there was one. It cannot be undone.</summary>
public sealed record EraseReader(string SagaId, string Step, int Attempt, string ReplyTo, string ReaderId) : ICommand
{
    public const string Topic = "readers.erase-reader";

    static string ICommand.Topic => Topic;
}
