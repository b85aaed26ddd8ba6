using Library.Contracts.Users;
using Library.Sagas.Orchestrator.Definition;
using Command = Library.Contracts.Users.DisableUser;

namespace Library.Coordinator.ReaderErasure;

/// <summary>From now on nobody changes what is erased.</summary>
internal sealed class DisableUser : MessageStep<Erasure, Command, EnableUser>
{
    public override string Participant => Apps.User;

    protected override Command Do(StepCall<Erasure> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.UserId);

    protected override EnableUser Undo(StepCall<Erasure> call) => new(call.SagaId, call.Step, call.Attempt, call.ReplyTo, call.Data.UserId);
}
