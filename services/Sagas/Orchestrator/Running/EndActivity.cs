using Dapr.Workflow;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>Closes the record and forgets the data, in one transaction, and tells whoever waits for it.</summary>
internal sealed class EndActivity(Carrying carrying, SagaTrail trail, LiveSagas live, TimeProvider time) : WorkflowActivity<Errand<Order.End>, Outcome>
{
    public const string Name = "saga-end";

    public override async Task<Outcome> RunAsync(WorkflowActivityContext context, Errand<Order.End> input)
    {
        var order = input.Order;
        using var span = Carrying.Span(order.State.ToString(), input.Saga, input.SagaId, step: null);
        var entry = Carrying.Entry(input.RunId, order.Number, order.Notes);
        var state = await carrying.Patiently(() => trail.Turn(
            input.SagaId, entry, head => head with { State = order.State, Stop = null, Reasons = order.Reasons, EndedAt = time.GetUtcNow() }, CancellationToken.None));
        live.Ended(input.SagaId);
        return state is { } other ? new Outcome { Superseded = other } : Outcome.Carried;
    }
}
