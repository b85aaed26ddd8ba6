using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Testing;

/// <summary>
/// Runs a saga's definition in memory and in virtual time against every fault at every step, and looks after each run whether what you say holds. The
/// machine, the definition's commands and the participants' rules are those of production; only what a step does to the world is yours to simulate.
/// </summary>
/// <typeparam name="TData">The saga's data.</typeparam>
/// <typeparam name="TWorld">What the participants have, as far as your invariant looks at it. Each run begins with a new one.</typeparam>
public sealed class SagaTrial<TData, TWorld>(Saga<TData> saga, TData data, Func<TWorld> begin)
    where TData : class
    where TWorld : class
{
    private readonly TrialRules<TWorld> _rules = new();
    private readonly Dictionary<Type, Func<object, TWorld, StepOutput?>> _commands = [];
    private readonly Dictionary<(string Step, Direction Direction), Func<TWorld, StepOutput?>> _calls = [];
    private int _atOnce = 2;

    /// <summary>A planted error of the machine: the kit's own tests show that it is seen.</summary>
    internal Func<Progress, Progress> Tampered { get; set; } = progress => progress;

    /// <summary>What a participant does to the world when it carries out such a command, and what it answers.</summary>
    public SagaTrial<TData, TWorld> On<TCommand>(Func<TCommand, TWorld, StepOutput> effect)
        where TCommand : class, ICommand
    {
        _commands.Add(typeof(TCommand), (command, world) => effect((TCommand)command, world));
        return this;
    }

    /// <summary>What a participant does to the world when it carries out such a command.</summary>
    public SagaTrial<TData, TWorld> On<TCommand>(Action<TCommand, TWorld> effect)
        where TCommand : class, ICommand
    {
        _commands.Add(typeof(TCommand), (command, world) =>
        {
            effect((TCommand)command, world);
            return null;
        });
        return this;
    }

    /// <summary>What a participant that is called does to the world, and how it undoes it.</summary>
    public SagaTrial<TData, TWorld> OnCall<TStep>(Action<TWorld> act, Action<TWorld>? undo = null)
        where TStep : InvokeStep<TData>, new()
    {
        var name = new TStep().Name;
        _calls.Add((name, Direction.Forward), world => Done(act, world));
        if (undo is not null)
        {
            _calls.Add((name, Direction.Back), world => Done(undo, world));
        }

        return this;
    }

    /// <summary>What holds once a saga has ended and the last late message has come.</summary>
    public SagaTrial<TData, TWorld> Invariant(string sentence, Func<TWorld, SagaState, bool> holds)
    {
        _rules.Finally.Add((sentence, holds));
        return this;
    }

    /// <summary>What holds after every effect.</summary>
    public SagaTrial<TData, TWorld> Always(string sentence, Func<TWorld, bool> holds)
    {
        _rules.Always.Add((sentence, holds));
        return this;
    }

    /// <summary>How many faults befall one run at most; two if you do not say it. Runs with fewer are repeated with the coordinator killed at each of its orders.</summary>
    public SagaTrial<TData, TWorld> FaultsAtOnce(int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        _atOnce = most;
        return this;
    }

    /// <summary>Runs everything; throws <see cref="SagaTrialException"/> with the shortest schedule that breaks something, and all that happened in it.</summary>
    public TrialReport Run()
    {
        var cast = Cast();
        var (cases, ends) = (0, new Dictionary<SagaState, int>());
        foreach (var schedule in Schedules.Of(cast.Plan, _atOnce))
        {
            var orders = Passed(schedule);
            for (var at = 1; at <= orders && schedule.Faults.Count < _atOnce; at++)
            {
                Passed(schedule with { KilledAt = at });
            }
        }

        return new TrialReport(cases, ends);

        int Passed(Schedule schedule)
        {
            var run = Once(cast, schedule);
            cases++;
            ends[run.State] = ends.GetValueOrDefault(run.State) + 1;
            return run.Violation is null ? run.Orders : throw new SagaTrialException(schedule, run.Violation, run.Story);
        }
    }

    /// <summary>Runs one schedule again, as a failure has printed it, and tells what happens in it.</summary>
    public TrialCase Replay(string schedule)
    {
        var run = Once(Cast(), Schedule.Parse(schedule));
        return new TrialCase(run.State, run.Violation, run.Story);
    }

    private TrialRun<TWorld> Once(TrialCast<TWorld> cast, Schedule schedule)
    {
        var run = new TrialRun<TWorld>(cast, _rules, schedule, begin(), Tampered);
        run.Run();
        return run;
    }

    private TrialCast<TWorld> Cast()
    {
        var violations = saga.Violations().ToList();
        return violations.Count == 0 ? new TrialCast<TWorld>(saga, data, _commands, _calls) : throw new ArgumentException(string.Join(" ", violations), nameof(saga));
    }

    private static StepOutput? Done(Action<TWorld> effect, TWorld world)
    {
        effect(world);
        return null;
    }
}
