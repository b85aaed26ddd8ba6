using Library.Sagas.Orchestrator.Definition;
using Command = Library.Contracts.Readers.ConfirmReader;

namespace Library.Coordinator.ReaderUserCreation;

/// <summary>From here on there is a reader, and the account must follow.</summary>
internal sealed class ConfirmReader : MessageStep<Registration, Command>
{
    public override string Participant => Apps.ReaderCommand;

    protected override Command Do(StepCall<Registration> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.ReaderId);
}
