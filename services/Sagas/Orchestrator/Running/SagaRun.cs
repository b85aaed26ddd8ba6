using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>What the workflow of a saga is given: ids, and how far it is when it was carried on.</summary>
internal sealed record SagaRun(string SagaId, string RunId, Progress? Progress = null);

/// <summary>An order as an activity is given it.</summary>
internal sealed record Errand<TOrder>(string Saga, string SagaId, string RunId, TOrder Order, IReadOnlyDictionary<string, StepOutput>? Outputs = null)
    where TOrder : Order;

/// <summary>What became of an order.</summary>
internal sealed record Outcome
{
    public static readonly Outcome Carried = new();

    public StepResult? Result { get; init; }

    /// <summary>What came so soon that it needed no event.</summary>
    public Reply? Reply { get; init; }

    public TimeSpan? Pause { get; init; }

    public bool WasTried { get; init; }

    public SagaState? Superseded { get; init; }

    public Happening AsHappening() =>
        Superseded is { } state ? new Happening.Superseded(state)
        : Pause is { } pause ? new Happening.Unreachable(WasTried, pause)
        : Result is { } result ? new Happening.Called(result)
        : new Happening.Carried();
}

/// <summary>Tells the coordinator itself what the record of a saga says now.</summary>
[NamesNoPerson]
internal sealed record SagaNews(string SagaId, string Saga, string RunId, SagaState State, long Version, DateTimeOffset StartedAt, IReadOnlyList<string>? Keys = null);

/// <summary>Tells the coordinator itself that the record has an operator's verb.</summary>
[NamesNoPerson]
internal sealed record SagaTold(string SagaId, Verb Verb);
