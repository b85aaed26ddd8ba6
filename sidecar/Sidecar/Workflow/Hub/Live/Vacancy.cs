using Sidecar.Protos.Workflow.Stored;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>What a new instance finds at its id: nobody, one that is over, or a reason why it cannot be there.</summary>
internal sealed record Vacancy(FinishedRow? Before, HubException? Refusal)
{
    public static readonly Vacancy Free = new(null, null);

    public static Vacancy After(FinishedRow before) => new(before, null);

    public static Vacancy Refused(string reason) => new(null, new HubException(HubFailure.AlreadyExists, reason));

    public static Vacancy Active(string id) => Refused($"an active workflow with ID '{id}' already exists");

    public int Generation => (Before?.Generation ?? 0) + 1;
}
