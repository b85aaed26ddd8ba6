using Library.Sagas.Orchestrator.Definition;
using Command = Library.Contracts.Users.EraseUser;

namespace Library.Coordinator.ReaderErasure;

internal sealed class EraseUser : MessageStep<Erasure, Command>
{
    public override string Participant => Apps.User;

    protected override Command Do(StepCall<Erasure> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.UserId);
}
