using Library.Sagas.Orchestrator.Definition;

namespace Library.Coordinator.ReaderUserCreation;

/// <summary>A reader and the account, created together or not at all.</summary>
internal sealed class ReaderUserCreationSaga(TimeSpan longest) : Saga<Registration>
{
    public const string Type = "ReaderUserCreation";

    public override string Name => Type;

    protected override void Define(SagaSteps<Registration> steps) => steps
        .Step<CreateReader>()
        .Step<CreateUser>()
        .Pivot<ConfirmReader>()
        .Retriable<ActivateUser>()
        .Within(longest);

    protected override IEnumerable<string> Keys(Registration data) => [data.ReaderId, data.UserId];
}
