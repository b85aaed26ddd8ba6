using Library.Sagas.Orchestrator.Definition;
using Command = Library.Contracts.Users.ActivateUser;

namespace Library.Coordinator.ReaderUserCreation;

internal sealed class ActivateUser : MessageStep<Registration, Command>
{
    public override string Participant => Apps.User;

    protected override Command Do(StepCall<Registration> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.UserId);
}
