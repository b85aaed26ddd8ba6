namespace Library.Sagas.Orchestrator.Definition;

/// <summary>What one attempt of a step is made of.</summary>
public sealed class StepCall<TData>
    where TData : class
{
    private readonly SagaCall _call;

    internal StepCall(SagaCall call) => _call = call;

    public string SagaId => _call.SagaId;

    public string Step => _call.Step;

    public int Attempt => _call.Attempt;

    /// <summary>The topic to which the participant answers.</summary>
    public string ReplyTo => _call.ReplyTo;

    public TData Data => (TData)_call.Data;

    /// <summary>What a step before this one has answered, or an operator in its place.</summary>
    public StepOutput Output<TStep>()
        where TStep : Step<TData>, new() => _call.Outputs.GetValueOrDefault(new TStep().Name) ?? StepOutput.None;
}

/// <summary>An attempt without its data's type.</summary>
internal sealed record SagaCall(string SagaId, string Step, int Attempt, string ReplyTo, object Data, IReadOnlyDictionary<string, StepOutput> Outputs);

/// <summary>What a participant has answered: ids and versions, nothing of a person.</summary>
public sealed record StepOutput(string? Id = null, long? Version = null)
{
    public static readonly StepOutput None = new();
}
