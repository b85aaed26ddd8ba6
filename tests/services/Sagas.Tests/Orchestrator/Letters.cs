using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;

namespace Sagas.Tests.Orchestrator;

/// <summary>One step that is tried often, with a command that names no person and a letter without a name that cannot be sent.</summary>
internal sealed class Letters : Saga<LetterData>
{
    protected override void Define(SagaSteps<LetterData> steps) => steps.Pivot<Post>();
}

internal sealed record LetterData(string? Address);

[NamesNoPerson]
internal sealed record PostLetter(string SagaId, string Step, int Attempt, string ReplyTo, string Colour, string Token) : ICommand
{
    public const string Topic = "post.letter";

    static string ICommand.Topic => Topic;
}

internal sealed class Post : MessageStep<LetterData, PostLetter>
{
    public override string Participant => "post";

    public override Retries Retries => Retries.Of("no-stamp") with { Attempts = 200, First = TimeSpan.FromMilliseconds(1), Factor = 1, Longest = TimeSpan.FromMilliseconds(1) };

    protected override PostLetter Do(StepCall<LetterData> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.Address!.Length > 3 ? "red" : "blue", "abc");
}
