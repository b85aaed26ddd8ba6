using Library.Contracts;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Library.Sagas.Orchestrator.Running;
using Microsoft.AspNetCore.Http;

namespace Library.Sagas.Orchestrator.Operators;

/// <summary>What an operator says of one stop of a saga, and why. The output stands in for that of a step that is skipped.</summary>
internal sealed record OperatorWord(string? Reason, string? Step, int Occurrence, StepOutput? Output = null)
{
    private const int LongestReason = 1_000;
    private const int LongestId = 200;

    /// <summary>Writes it into the record, which tells the saga. Of two at the same time one loses its transaction and finds the other's.</summary>
    public async Task<IResult> Say(
        string verb, string id, string who, SagaStore store, SagaTopics topics, WorkflowStarts workflows, Commit commit, TimeProvider time, CancellationToken cancellation)
    {
        var read = SagaData.IsId(id) ? await store.Head(id, cancellation) : new Stored<SagaHead>("", null, "");
        if (read.Document is not { } head)
        {
            return SagaRefusals.Unknown.ToProblem();
        }

        if (Wrong(verb).ToList() is { Count: > 0 } wrong)
        {
            return OperatorRefusals.WordUnclear(wrong).ToProblem();
        }

        if (OperatorRefusals.Unfit(head, verb, this) is { } refusal)
        {
            return refusal.ToProblem();
        }

        var told = new Verb(verb, Occurrence, Output);
        var line = new TrailLine(time.GetUtcNow(), $"told-{verb}", Step, head.Stop!.Direction, Output: Output, Occurrence: Occurrence, By: who, Why: Reason!.Trim());
        var change = new Change()
            .Put(read.Key, head with { Told = Occurrence, Version = head.Version + 1 }, read.ETag)
            .Put(SagaVerb.KeyOf(id, Occurrence), new SagaVerb(line), "")
            .Send(topics.Verbs, $"saga/{id}/verb/{Occurrence}", new SagaTold(id, told));
        var answer = await commit.Run(change, new Answer(id, head.Version + 1) { Location = $"/sagas/{id}", IsAccepted = true }, cancellation);
        workflows.Tell(id, EventNames.Verb(Occurrence), told);
        return answer.ToResult();
    }

    private IEnumerable<Reason> Wrong(string verb)
    {
        if (string.IsNullOrWhiteSpace(Reason) || Reason.Length > LongestReason)
        {
            yield return new Reason("reason-missing", $"Say why, in 1 to {LongestReason} characters; the trail keeps it.");
        }

        if (string.IsNullOrEmpty(Step) || Occurrence < 1)
        {
            yield return new Reason("stop-missing", "Say which stop is meant, by the step and the occurrence that GET /sagas/{id} shows.");
        }

        if (Output is not null && verb != Verb.Skip)
        {
            yield return new Reason("output-unwanted", "Only a step that is skipped takes an output.");
        }

        if (Output?.Id?.Length > LongestId || Output?.Version < 0)
        {
            yield return new Reason("output-unclear", $"An output has an id of at most {LongestId} characters and a version that is not negative.");
        }
    }
}
