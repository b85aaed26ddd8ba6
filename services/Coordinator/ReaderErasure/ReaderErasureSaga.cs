using Library.Sagas.Orchestrator.Definition;

namespace Library.Coordinator.ReaderErasure;

/// <summary>Nothing is left of a person but that there was one.</summary>
internal sealed class ReaderErasureSaga : Saga<Erasure>
{
    public const string Type = "ReaderErasure";

    public override string Name => Type;

    protected override void Define(SagaSteps<Erasure> steps) => steps
        .Step<DisableUser>()
        .Pivot<EraseReader>()
        .Retriable<EraseUser>()
        .Retriable<ForgetRegistration>();

    protected override IEnumerable<string> Keys(Erasure data) => [data.ReaderId, data.UserId];
}
