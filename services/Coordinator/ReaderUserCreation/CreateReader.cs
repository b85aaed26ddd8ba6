using Library.Contracts.Readers;
using Library.Sagas.Orchestrator.Definition;
using Command = Library.Contracts.Readers.CreateReader;

namespace Library.Coordinator.ReaderUserCreation;

internal sealed class CreateReader : MessageStep<Registration, Command, CancelReader>
{
    public override string Participant => Apps.ReaderCommand;

    protected override Command Do(StepCall<Registration> call) => new(
        call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.ReaderId, call.Data.Name, call.Data.Email, call.Data.Phone, call.Data.BirthDate);

    protected override CancelReader Undo(StepCall<Registration> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.ReaderId);
}
