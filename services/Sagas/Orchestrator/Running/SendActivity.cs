using Dapr.Workflow;
using Library.Contracts;
using Library.Defaults.Outbox;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>
/// Sends the command of one attempt and writes so: one save and one publish, side by side. The first entry of a saga claims it, so it is written before anything
/// is sent. Doing it twice sends the same message under the same identity, so a reply that was heard and not passed on comes again.
/// </summary>
internal sealed partial class SendActivity(Carrying carrying, SagaTrail trail, Publisher publisher, LiveSagas live, IOptions<SagaOptions> options, TimeProvider time, ILogger<SendActivity> log) : WorkflowActivity<Errand<Order.Send>, Outcome>
{
    public const string Name = "saga-send";

    public override async Task<Outcome> RunAsync(WorkflowActivityContext context, Errand<Order.Send> input)
    {
        var (saga, order) = (carrying.Saga(input.Saga), input.Order);
        var step = saga.Steps[order.Position];
        using var span = Carrying.Span(order.Direction == Direction.Forward ? "do" : "undo", saga.Name, input.SagaId, step.Name);
        if (order.Number == 1)
        {
            return await carrying.Patiently(() => Send(saga, step, input));
        }

        using var listener = live.Listen(input.SagaId, EventNames.Reply(order.Topic(step), step.Name, order.Attempt));
        var outcome = await carrying.Patiently(() => Send(saga, step, input));
        return outcome == Outcome.Carried ? outcome with { Reply = await listener.Hear(options.Value.Listening, time) } : outcome;
    }

    private async Task<Outcome> Send(KnownSaga saga, PlannedStep step, Errand<Order.Send> input)
    {
        var order = input.Order;
        if (await carrying.CallOf(input, step, order.Attempt, CancellationToken.None) is not { } call)
        {
            return new Outcome { Superseded = await carrying.StateOf(input.SagaId, CancellationToken.None) };
        }

        if (Message(saga, order, call) is not { } message)
        {
            return new Outcome { Result = StepResult.Refused(new Reason("step-failed", $"The command of the step {step.Name} could not be made: its definition is at fault.")) };
        }

        var entry = Carrying.Entry(input.RunId, order.Number, order.Notes, Masked.Request(message.Body, message.NamesNoPerson));
        var said = new Announcement($"{message.Topic}/{input.SagaId}/{step.Name}/{order.Attempt}", message.Topic, message.Type, null, 0, NamesNoPerson: true, message.Body);
        var adding = trail.Add(input.SagaId, entry, CancellationToken.None);
        if (order.Number == 1 && await adding is { } claimed)
        {
            return new Outcome { Superseded = claimed };
        }

        await publisher.Repeat(said, CancellationToken.None);
        return await adding is { } state ? new Outcome { Superseded = state } : Outcome.Carried;
    }

    private StepMessage? Message(KnownSaga saga, Order.Send order, SagaCall call)
    {
        try
        {
            var step = saga.MessageStep(order.Position);
            return order.Direction == Direction.Forward ? step.Do(call) : step.Undo(call);
        }
        catch (Exception problem)
        {
            // Its message may hold what the data holds.
            LogFailed(call.Step, saga.Name, call.SagaId, problem.GetType().Name);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "The command of step {Step} of {Saga} {SagaId} could not be made ({Kind})")]
    private partial void LogFailed(string step, string saga, string sagaId, string kind);
}
