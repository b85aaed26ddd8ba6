using Library.Contracts;
using Library.Defaults.Stores;

namespace Library.Sagas.Orchestrator.Definition;

/// <summary>A step that sends a command and waits for the reply, and cannot be undone: a pivot, or one behind it.</summary>
public abstract class MessageStep<TData, TDo> : Step<TData>, IMessageStep
    where TData : class
    where TDo : class, ICommand
{
    /// <summary>The command of one attempt; the first four members of every command are those of the call.</summary>
    protected abstract TDo Do(StepCall<TData> call);

    StepMessage IMessageStep.Do(SagaCall call) => StepMessage.Of(Do(new StepCall<TData>(call)));

    StepMessage IMessageStep.Undo(SagaCall call) => Undo(call);

    private protected virtual StepMessage Undo(SagaCall call) => throw new InvalidOperationException($"The step {Name} has no undo.");

    internal override PlannedStep Planned() => Planned(isInvoked: false, TDo.Topic, hasUndo: false, undoTopic: null);
}

/// <summary>A step that sends a command and waits for the reply, with the command that undoes it.</summary>
public abstract class MessageStep<TData, TDo, TUndo> : MessageStep<TData, TDo>
    where TData : class
    where TDo : class, ICommand
    where TUndo : class, ICommand
{
    /// <summary>Orders that what <see cref="MessageStep{TData,TDo}.Do"/> may have done is undone; it is sent too when nobody knows whether it was.</summary>
    protected abstract TUndo Undo(StepCall<TData> call);

    private protected sealed override StepMessage Undo(SagaCall call) => StepMessage.Of(Undo(new StepCall<TData>(call)));

    internal sealed override PlannedStep Planned() => Planned(isInvoked: false, TDo.Topic, hasUndo: true, TUndo.Topic);
}

/// <summary>A message step without its data's type.</summary>
internal interface IMessageStep
{
    StepMessage Do(SagaCall call);

    StepMessage Undo(SagaCall call);
}

/// <summary>A command as it is published.</summary>
internal sealed record StepMessage(string Topic, string Type, ICommand Command, byte[] Body, bool NamesNoPerson)
{
    public static StepMessage Of<TCommand>(TCommand command)
        where TCommand : class, ICommand =>
        new(TCommand.Topic, typeof(TCommand).Name, command, StoredJson.Bytes(command), Attribute.IsDefined(typeof(TCommand), typeof(NamesNoPersonAttribute)));
}
