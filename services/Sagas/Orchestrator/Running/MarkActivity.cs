using Dapr.Workflow;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>Shows in the record that a saga waits, is stuck, turns back or goes on.</summary>
internal sealed class MarkActivity(Carrying carrying, SagaTrail trail) : WorkflowActivity<Errand<Order.Mark>, Outcome>
{
    public const string Name = "saga-mark";

    public override async Task<Outcome> RunAsync(WorkflowActivityContext context, Errand<Order.Mark> input)
    {
        using var span = Carrying.Span(input.Order.State.ToString(), input.Saga, input.SagaId, input.Order.Stop?.Step);
        var entry = Carrying.Entry(input.RunId, input.Order.Number, input.Order.Notes);
        var state = await carrying.Patiently(() => trail.Turn(
            input.SagaId, entry, head => head with { State = input.Order.State, Stop = input.Order.Stop }, CancellationToken.None));
        return state is { } other ? new Outcome { Superseded = other } : Outcome.Carried;
    }
}
