namespace Library.Contracts;

/// <summary>Orders one attempt of one step of a saga; whoever handles it answers to the topic <see cref="ReplyTo"/> with a <see cref="Reply"/>.</summary>
public interface ICommand
{
    string SagaId { get; }

    string Step { get; }

    int Attempt { get; }

    string ReplyTo { get; }

    static abstract string Topic { get; }
}
