using System.Globalization;
using Library.Contracts;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Participant;

namespace Library.Sagas.Testing;

/// <summary>One run of a saga under one schedule: the coordinator that carries out what the machine says, and its clock.</summary>
internal sealed class TrialRun<TWorld>
    where TWorld : class
{
    private const int MostHappenings = 1_000;
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private readonly TrialCast<TWorld> _cast;
    private readonly TrialRules<TWorld> _rules;
    private readonly Schedule _schedule;
    private readonly TWorld _world;
    private readonly Func<Progress, Progress> _tampered;
    private readonly List<TrialStep<TWorld>> _steps;
    private readonly TrialNetwork<TWorld> _network;
    private readonly List<(Happening Happening, DateTimeOffset At)> _history = [];
    private Progress _progress;

    public TrialRun(TrialCast<TWorld> cast, TrialRules<TWorld> rules, Schedule schedule, TWorld world, Func<Progress, Progress> tampered)
    {
        (_cast, _rules, _schedule, _world, _tampered) = (cast, rules, schedule, world, tampered);
        _steps = [.. cast.Plan.Steps.Select((step, i) => new TrialStep<TWorld>(i, step, schedule.Faults.Where(fault => fault.Step == step.Name).ToDictionary(fault => fault.Direction, fault => fault.Kind)))];
        _network = new TrialNetwork<TWorld>(Start, cast.Outage, Handle);
        _progress = cast.Machine.Begin(Start);
    }

    public SagaState State => _progress.State;

    /// <summary>How many orders were carried out, waits not counted.</summary>
    public int Orders { get; private set; }

    public string? Violation { get; private set; }

    public List<string> Story { get; } = [];

    public void Run()
    {
        while (Violation is null && _cast.Machine.Next(_progress) is var order and not Order.Nothing)
        {
            var happening = order is Order.Wait wait ? Wait(wait) : Carried(order);
            if (happening is null)
            {
                return;
            }

            _history.Add((happening, _network.Now));
            _progress = _tampered(_cast.Machine.When(_progress, happening, _network.Now));
            if (_history.Count > MostHappenings)
            {
                Violation = "The saga does not end.";
            }
        }

        while (Violation is null && _network.MovesOn(until: null, out _))
        {
            // What is still under way comes when the saga is over.
        }

        Violation ??= _rules.BrokenAtTheEnd(State, _steps, _world);
    }

    private Happening? Carried(Order order)
    {
        Orders++;
        var happening = CarryOut(order);
        if (Orders != _schedule.KilledAt || Violation is not null)
        {
            return Violation is null ? happening : null;
        }

        Tell("the coordinator is killed before it notes that");
        var written = StoredJson.Bytes(_progress);
        var replayed = _history.Aggregate(_cast.Machine.Begin(Start), (progress, past) => _tampered(_cast.Machine.When(progress, past.Happening, past.At)));
        if (!StoredJson.Bytes(replayed).AsSpan().SequenceEqual(written))
        {
            Violation = "After a replay the saga is not where it was: its machine is not a function of what happened.";
            return null;
        }

        _progress = StoredJson.Read<Progress>(written)!;
        return CarryOut(order);
    }

    private Happening? CarryOut(Order order)
    {
        switch (order)
        {
            case Order.Send send:
                Tell($"{NameOf(send.Position, send.Direction)} {send.Attempt} is sent");
                var message = new TrialMessage<TWorld>(_steps[send.Position], send.Direction, send.Attempt, _cast.Effect(send.Position, send.Direction, send.Attempt, _progress.Outputs));
                _network.Send(message);
                return new Happening.Carried();
            case Order.Call call:
                return Call(call);
            case Order.Mark { State: SagaState.Stuck, Stop: { } stop } when !_steps.Single(step => step.Plan.Name == stop.Step).SaidNo.Contains(stop.Direction):
                Violation = $"The saga is stuck at {stop.Step}, which did not answer no.";
                return null;
            default:
                Tell($"the saga is {_progress.State}");
                return new Happening.Carried();
        }
    }

    private Happening Call(Order.Call call)
    {
        var step = _steps[call.Position];
        var effect = _cast.Effect(call.Position, call.Direction, call.Attempt, _progress.Outputs);
        var fault = step.Strikes(call.Direction);
        if (fault is FaultKind.TimesOut or FaultKind.Overtaken or FaultKind.LateReply)
        {
            step.DownUntil = _network.Now + _cast.Outage;
        }

        if (fault is FaultKind.FailsBefore || step.DownUntil > _network.Now)
        {
            Tell($"{NameOf(call.Position, call.Direction)} {call.Attempt} reaches nobody");
            return new Happening.Unreachable(WasTried: step.DownUntil > _network.Now, step.DownUntil > _network.Now ? _cast.Outage / 2 : TimeSpan.FromSeconds(1));
        }

        var outcome = Handle(new TrialMessage<TWorld>(step, call.Direction, call.Attempt, effect));
        return fault is FaultKind.FailsAfter
            ? new Happening.Unreachable(WasTried: true, TimeSpan.FromSeconds(1))
            : new Happening.Called(outcome.Done ? StepResult.Done(outcome.Id, outcome.Version) : StepResult.Refused(outcome.Reasons!));
    }

    /// <summary>The first of what is awaited. Without anything on its way a person must come, who mends what refused and says retry.</summary>
    private Happening? Wait(Order.Wait wait)
    {
        while (Violation is null)
        {
            if (_network.Take(wait.Events) is { } reply)
            {
                return new Happening.Replied(reply);
            }

            if (_network.MovesOn(wait.Until, out var isTime))
            {
                if (isTime)
                {
                    return new Happening.TimePassed();
                }

                continue;
            }

            if (_progress is { State: SagaState.Stuck, Stop: { } stop } && wait.Events.Contains(EventNames.Verb(stop.Occurrence)))
            {
                Tell($"an operator mends {stop.Step} and says retry");
                _steps.ForEach(step => step.Mend());
                return new Happening.Told(new Verb(Verb.Retry, stop.Occurrence));
            }

            Violation = $"The saga is {_progress.State} for ever: nothing that it waits for can come.";
        }

        return null;
    }

    private StepOutcome Handle(TrialMessage<TWorld> message)
    {
        var (outcome, hadEffect) = message.Step.Handle(message.Direction, message.Attempt, message.Effect, _world);
        Tell($"{NameOf(message.Step.Position, message.Direction)} {message.Attempt} is answered {(outcome.Done ? hadEffect ? "done" : "done, without an effect" : $"no: {outcome.Reasons![0].Code}")}");
        if (hadEffect)
        {
            Violation ??= _rules.BrokenBy(message.Step, message.Direction, _steps, _world);
        }

        return outcome;
    }

    private string NameOf(int position, Direction direction) => $"{_cast.Plan.Steps[position].Name}/{(direction == Direction.Forward ? "do" : "undo")}";

    private void Tell(string what) => Story.Add(string.Create(CultureInfo.InvariantCulture, $"{(_network.Now - Start).TotalSeconds,9:0.00} s  {what}"));
}
