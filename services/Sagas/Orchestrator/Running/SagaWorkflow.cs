using Dapr.Workflow;
using Library.Contracts;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>Carries out what the machine decides. It is replayed, so it asks only its context for time, work and events.</summary>
internal sealed class SagaWorkflow(SagaMachine machine)
{
    private const int MostHappenings = 100;

    // Activities are patient themselves; only what outlasts them gets into the history.
    private static readonly WorkflowTaskOptions Again = new(new WorkflowRetryPolicy(int.MaxValue, TimeSpan.FromSeconds(5)));

    public async Task<string> Run(WorkflowContext context, SagaRun run)
    {
        var awaited = new Awaited(context);
        var progress = run.Progress ?? machine.Begin(Now(context));
        for (var happenings = 0; machine.Next(progress) is var order and not Order.Nothing; happenings++)
        {
            if (order is Order.Wait && happenings >= MostHappenings)
            {
                context.ContinueAsNew(run with { Progress = progress });
                break;
            }

            foreach (var happening in await Carry(context, run, progress, order, awaited))
            {
                progress = machine.When(progress, happening, Now(context));
            }
        }

        return progress.State.ToString();
    }

    private static DateTimeOffset Now(WorkflowContext context) => new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

    private async Task<IReadOnlyList<Happening>> Carry(WorkflowContext context, SagaRun run, Progress progress, Order order, Awaited awaited) => order switch
    {
        Order.Send send => await Send(context, new Errand<Order.Send>(machine.Plan.Name, run.SagaId, run.RunId, send, progress.Outputs), awaited),
        Order.Call call => [(await Do(context, CallActivity.Name, new Errand<Order.Call>(machine.Plan.Name, run.SagaId, run.RunId, call, progress.Outputs))).AsHappening()],
        Order.Mark mark => [(await Do(context, MarkActivity.Name, new Errand<Order.Mark>(machine.Plan.Name, run.SagaId, run.RunId, mark))).AsHappening()],
        Order.End end => [(await Do(context, EndActivity.Name, new Errand<Order.End>(machine.Plan.Name, run.SagaId, run.RunId, end))).AsHappening()],
        Order.Wait wait => [await awaited.First(wait)],
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "A workflow does not know this order."),
    };

    /// <summary>The reply may come with the outcome, or before it by way of another process. Only the first step says whether this run may go on, so it is awaited.</summary>
    private async Task<IReadOnlyList<Happening>> Send(WorkflowContext context, Errand<Order.Send> errand, Awaited awaited)
    {
        var (order, sending) = (errand.Order, Do(context, SendActivity.Name, errand));
        if (order.Number > 1)
        {
            var step = machine.Plan.Steps[order.Position];
            var name = EventNames.Reply(order.Topic(step), step.Name, order.Attempt);
            if (await awaited.Before(sending, name) is { } early)
            {
                return [new Happening.Carried(), early];
            }
        }

        var outcome = await sending;
        return outcome.Reply is { } reply ? [outcome.AsHappening(), new Happening.Replied(reply)] : [outcome.AsHappening()];
    }

    private static Task<Outcome> Do<TOrder>(WorkflowContext context, string activity, Errand<TOrder> errand)
        where TOrder : Order => context.CallActivityAsync<Outcome>(activity, errand, Again);
}

/// <summary>
/// Events and the timer that a run waits for. What was asked for once is asked for no second time, and a timer that fires too early for a later wait
/// serves it all the same: most sagas make one timer in their life.
/// </summary>
internal sealed class Awaited(WorkflowContext context)
{
    private readonly Dictionary<string, Task> _events = [];
    private Task? _timer;
    private DateTimeOffset _fires;

    public async Task<Happening> First(Order.Wait wait)
    {
        var events = wait.Events.Select(name => (Name: name, Task: Event(name))).ToList();
        var timer = wait.Until is { } until ? Timer(until) : null;
        await Task.WhenAny(events.Select(one => one.Task).Concat(timer is null ? [] : [timer]));
        foreach (var (name, task) in events)
        {
            if (task.IsCompleted)
            {
                _events.Remove(name);
                return await Read(task);
            }
        }

        _timer = null;
        return new Happening.TimePassed();
    }

    /// <summary>Null when the work is done first.</summary>
    public async Task<Happening?> Before(Task work, string name)
    {
        var task = Event(name);
        await Task.WhenAny(work, task);
        if (work.IsCompleted || !task.IsCompleted)
        {
            return null;
        }

        _events.Remove(name);
        return await Read(task);
    }

    private static async Task<Happening> Read(Task task) => task is Task<Verb> verb ? new Happening.Told(await verb) : new Happening.Replied(await (Task<Reply>)task);

    private Task Event(string name)
    {
        if (!_events.TryGetValue(name, out var task))
        {
            task = name.StartsWith(EventNames.VerbPrefix, StringComparison.Ordinal) ? context.WaitForExternalEventAsync<Verb>(name) : context.WaitForExternalEventAsync<Reply>(name);
            _events.Add(name, task);
        }

        return task;
    }

    private Task Timer(DateTimeOffset until)
    {
        if (_timer is null || _fires > until)
        {
            _timer = context.CreateTimer(until.UtcDateTime, CancellationToken.None);
            _fires = until;
        }

        return _timer;
    }
}
