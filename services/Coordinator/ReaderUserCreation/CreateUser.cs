using Library.Contracts.Users;
using Library.Sagas.Orchestrator.Definition;
using Command = Library.Contracts.Users.CreateUser;

namespace Library.Coordinator.ReaderUserCreation;

internal sealed class CreateUser : MessageStep<Registration, Command, CancelUser>
{
    public override string Participant => Apps.User;

    protected override Command Do(StepCall<Registration> call) => new(
        call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.UserId, call.Data.ReaderId, call.Data.Username, call.Data.CredentialId, call.Data.ExternalIdentity);

    protected override CancelUser Undo(StepCall<Registration> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.UserId);
}
