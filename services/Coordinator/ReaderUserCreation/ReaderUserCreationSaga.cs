using Library.Sagas.Orchestrator.Definition;

namespace Library.Coordinator.ReaderUserCreation;

/// <summary>A reader and the account, created together or not at all.</summary>
internal sealed class ReaderUserCreationSaga : Saga<Registration>
{
    // A credential that nobody took up is forgotten after an hour.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public override string Name => "ReaderUserCreation";

    protected override void Define(SagaSteps<Registration> steps) => steps
        .Step<CreateReader>()
        .Step<CreateUser>()
        .Pivot<ConfirmReader>()
        .Retriable<ActivateUser>()
        .Within(Longest);

    protected override IEnumerable<string> Keys(Registration data) => [data.ReaderId, data.UserId];
}
