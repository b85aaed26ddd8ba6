using Library.Contracts;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;

namespace Library.Coordinator;

/// <summary>How a saga stands, for whom it is about: nobody's name is in it.</summary>
internal record SagaView(string Id, SagaState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<Reason> Reasons, IReadOnlyList<StepView> Steps)
{
    public static SagaView Of(SagaRecord saga) => new(saga.Id, saga.State, saga.StartedAt, saga.EndedAt, saga.Reasons, StepView.Of(saga));
}

internal sealed record StepView(string Name, string State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int Attempts)
{
    public static IReadOnlyList<StepView> Of(SagaRecord saga) => [.. saga.Steps.Select(step => new StepView(step.Name, step.State, step.StartedAt, step.EndedAt, step.Attempts))];
}
