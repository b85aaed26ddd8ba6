using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;

namespace Library.Coordinator.ReaderUserCreation;

internal static class GetRegistration
{
    public static async Task<IResult> Handle(string id, SagaRecords sagas, CancellationToken cancellation) =>
        await sagas.Find(id, cancellation) is { } saga && saga.Type == ReaderUserCreationSaga.Type ? TypedResults.Ok(RegistrationView.Of(saga)) : RegistrationRefusals.Unknown.ToProblem();
}

/// <summary>Reader and user are named when both are there for good.</summary>
internal sealed record RegistrationView(string Id, SagaState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, IReadOnlyList<Reason> Reasons, IReadOnlyList<StepView> Steps)
    : SagaView(Id, State, StartedAt, EndedAt, Reasons, Steps)
{
    /// <summary>"registered" or "refused"; none as long as it is open.</summary>
    public string? Outcome { get; init; }

    public string? ReaderId { get; init; }

    public string? UserId { get; init; }

    public static new RegistrationView Of(SagaRecord saga)
    {
        var registered = saga.State == SagaState.Completed ? Registered(saga) : null;
        return new RegistrationView(saga.Id, saga.State, saga.StartedAt, saga.EndedAt, saga.Reasons, StepView.Of(saga))
        {
            Outcome = registered is not null ? "registered" : saga.State.HasEnded() ? "refused" : null,
            ReaderId = registered?.ReaderId,
            UserId = registered?.UserId,
        };
    }

    public static Registered Registered(SagaRecord saga) => new(saga.Id, Made<CreateReader>(saga), Made<CreateUser>(saga));

    private static string Made<TStep>(SagaRecord saga)
        where TStep : Step<Registration>, new() => saga.Output(new TStep().Name)?.Id ?? "";
}
