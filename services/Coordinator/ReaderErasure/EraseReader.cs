using Library.Sagas.Orchestrator.Definition;
using Command = Library.Contracts.Readers.EraseReader;

namespace Library.Coordinator.ReaderErasure;

/// <summary>What is erased does not come back, so this decides.</summary>
internal sealed class EraseReader : MessageStep<Erasure, Command>
{
    public override string Participant => Apps.ReaderCommand;

    protected override Command Do(StepCall<Erasure> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.ReaderId);
}
