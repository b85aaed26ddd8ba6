using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Testing;

/// <summary>Who plays in all runs of a trial: the definition with its machine, and what its steps do to the world.</summary>
internal sealed class TrialCast<TWorld>
    where TWorld : class
{
    public const string SagaId = "trial";
    public const string ReplyTo = "trial.replies";

    private readonly object _data;
    private readonly IReadOnlyList<IStep> _steps;
    private readonly Dictionary<Type, Func<object, TWorld, StepOutput?>> _commands;
    private readonly Dictionary<(string Step, Direction Direction), Func<TWorld, StepOutput?>> _calls;

    public TrialCast(
        Saga saga, object data, Dictionary<Type, Func<object, TWorld, StepOutput?>> commands, Dictionary<(string Step, Direction Direction), Func<TWorld, StepOutput?>> calls)
    {
        (_data, _steps, _commands, _calls) = (data, saga.Steps(), commands, calls);
        Machine = new SagaMachine(saga.Plan());
        Outage = Plan.Steps.SelectMany(step => new[] { step.Patience, step.Deadline ?? default }).Append(Plan.Deadline ?? default).Max() + TimeSpan.FromMinutes(1);
    }

    public SagaMachine Machine { get; }

    public SagaPlan Plan => Machine.Plan;

    /// <summary>Longer than the saga has patience with anybody.</summary>
    public TimeSpan Outage { get; }

    /// <summary>What an attempt at this step does to the world; the command is made by the definition, as in production.</summary>
    public Func<TWorld, StepOutput?> Effect(int position, Direction direction, int attempt, IReadOnlyDictionary<string, StepOutput> outputs)
    {
        var step = Plan.Steps[position];
        if (step.IsInvoked)
        {
            return _calls.TryGetValue((step.Name, direction), out var call) ? call
                : throw new InvalidOperationException($"Say with OnCall what {(direction == Direction.Forward ? "doing" : "undoing")} {step.Name} does to the world.");
        }

        var made = new SagaCall(SagaId, step.Name, attempt, ReplyTo, _data, outputs);
        var message = (IMessageStep)_steps[position];
        var command = (direction == Direction.Forward ? message.Do(made) : message.Undo(made)).Command;
        if ((command.SagaId, command.Step, command.Attempt, command.ReplyTo) != (SagaId, step.Name, attempt, ReplyTo))
        {
            throw new InvalidOperationException($"{command.GetType().Name} of {step.Name} does not pass on the call's SagaId, Step, Attempt and ReplyTo: its reply would find nobody.");
        }

        return _commands.TryGetValue(command.GetType(), out var effect) ? world => effect(command, world)
            : throw new InvalidOperationException($"Say with On<{command.GetType().Name}> what it does to the world.");
    }
}
