using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Sagas.Tests.Machine;

/// <summary>Carries a machine's orders out at once and remembers them; the test says what happens besides.</summary>
internal sealed class Drive
{
    public static readonly DateTimeOffset Start = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    public Drive(SagaPlan plan)
    {
        Machine = new SagaMachine(plan);
        Progress = Machine.Begin(Now);
        Go();
    }

    public SagaMachine Machine { get; }

    public Progress Progress { get; private set; }

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>"do a 1", "undo a 2", "call a 1", "mark Waiting", "end Completed", in order.</summary>
    public List<string> Orders { get; } = [];

    public List<Note> Notes { get; } = [];

    public List<int> Numbers { get; } = [];

    public Order.Wait? Waiting => Machine.Next(Progress) as Order.Wait;

    public Stop? Stop => Progress.Stop;

    public static PlannedStep Step(string name, StepKind kind = StepKind.Compensatable, Retries? retries = null, TimeSpan? deadline = null, bool isInvoked = false) => new(
        name, kind, $"app-{name}", isInvoked, HasUndo: kind == StepKind.Compensatable, retries ?? Retries.None, retries ?? Retries.None, TimeSpan.FromSeconds(10), deadline,
        isInvoked ? null : $"do.{name}", isInvoked || kind != StepKind.Compensatable ? null : $"undo.{name}");

    /// <summary>a and b can be undone, c decides, d must happen then.</summary>
    public static Drive Four(TimeSpan? deadline = null, Retries? retries = null) =>
        new(new SagaPlan("Four", deadline, [Step("a", retries: retries), Step("b", retries: retries), Step("c", StepKind.Pivot, retries), Step("d", StepKind.Retriable, retries)]));

    public static Drive Calls(TimeSpan? deadline = null, Retries? retries = null) =>
        new(new SagaPlan("Calls", deadline, [Step("a", isInvoked: true, retries: retries), Step("b", isInvoked: true, retries: retries), Step("c", StepKind.Pivot, retries, isInvoked: true)]));

    /// <summary>The step that is awaited is done.</summary>
    public Drive Done(int times = 1, string? id = null)
    {
        for (var i = 0; i < times; i++)
        {
            Reply(done: true, id: id);
        }

        return this;
    }

    public Drive Refused(params string[] codes) => Reply(done: false, reasons: [.. codes.DefaultIfEmpty("no").Select(code => new Reason(code, $"{code}."))]);

    public Drive Unclear() => Reply(done: false, reasons: []);

    public Drive Reply(bool done, IReadOnlyList<Reason>? reasons = null, string? id = null, int? attempt = null)
    {
        var step = Machine.Plan.Steps[Progress.Position];
        return step.IsInvoked
            ? Happen(new Happening.Called(new StepResult(done, new StepOutput(id), reasons ?? [])))
            : Happen(new Happening.Replied(new Reply((Progress.Direction == Direction.Forward ? step.DoTopic : step.UndoTopic)!, "s", step.Name, attempt ?? Progress.Attempt, done, id, null, reasons)));
    }

    public Drive Pass(TimeSpan time)
    {
        Now += time;
        return Happen(new Happening.TimePassed());
    }

    public Drive Patience() => Pass(TimeSpan.FromSeconds(10));

    public Drive Say(string verb, int? occurrence = null, StepOutput? output = null) => Happen(new Happening.Told(new Verb(verb, occurrence ?? Progress.Occurrence, output)));

    public Drive Unreachable(bool wasTried = true) => Happen(new Happening.Unreachable(wasTried, TimeSpan.FromSeconds(5)));

    public Drive Happen(Happening happening)
    {
        Progress = Machine.When(Progress, happening, Now);
        return Go();
    }

    public IEnumerable<string> Trail() => Notes.Select(note => note.What);

    private Drive Go()
    {
        for (var steps = 0; ; steps++)
        {
            Assert.True(steps < 20, "It goes round in circles.");
            var order = Machine.Next(Progress);
            switch (order)
            {
                case Order.Send send:
                    Write($"{(send.Direction == Direction.Forward ? "do" : "undo")} {Machine.Plan.Steps[send.Position].Name} {send.Attempt}", send.Number, send.Notes);
                    break;
                case Order.Call call:
                    Write($"{(call.Direction == Direction.Forward ? "call" : "uncall")} {Machine.Plan.Steps[call.Position].Name} {call.Attempt}", call.Number, call.Notes);
                    return this;
                case Order.Mark mark:
                    Write($"mark {mark.State}", mark.Number, mark.Notes);
                    Assert.Equal(mark.State is SagaState.Waiting or SagaState.Stuck, mark.Stop is not null);
                    break;
                case Order.End end:
                    Write($"end {end.State}", end.Number, end.Notes);
                    break;
                default:
                    return this;
            }

            Progress = Machine.When(Progress, new Happening.Carried(), Now);
        }
    }

    private void Write(string order, int number, IReadOnlyList<Note> notes)
    {
        Orders.Add(order);
        if (!Numbers.Contains(number))
        {
            Numbers.Add(number);
            Notes.AddRange(notes);
        }
    }
}
