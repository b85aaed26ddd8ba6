using Library.Defaults.Auth;
using Library.Defaults.Idempotency;
using Library.Defaults.Lists;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Library.Sagas.Orchestrator.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Library.Sagas.Orchestrator.Operators;

/// <summary>Where operators look for sagas and say what is to be done.</summary>
internal static class OperatorRoutes
{
    public static void MapOperators(this IEndpointRouteBuilder routes)
    {
        var sagas = routes.MapGroup("/sagas").ForRoles(Roles.Operator, Roles.Admin).WithTags("sagas");
        sagas.MapGet("", Find).WithName("FindSagas").Produces<ListAnswer<SagaSummary>>();
        sagas.MapGet("/{id}", async (string id, SagaRecords records, CancellationToken cancellation) =>
            await records.Find(id, cancellation) is { } saga ? TypedResults.Ok(saga) : (IResult)SagaRefusals.Unknown.ToProblem()).WithName("GetSaga").Produces<SagaRecord>();
        var verbs = sagas.MapGroup("/{id}").ChangesState();
        foreach (var verb in Verb.All)
        {
            verbs.MapPost($"/{verb}", (
                string id, [FromBody] OperatorWord word, Caller caller, SagaStore store, SagaTopics topics, WorkflowStarts workflows, Commit commit, TimeProvider time, CancellationToken cancellation) =>
                word.Say(verb, id, caller.UserId, store, topics, workflows, commit, time, cancellation))
                .WithName($"Saga-{verb}").Produces<AcceptedAnswer>(StatusCodes.Status202Accepted);
        }
    }

    private static async Task<IResult> Find(
        SagaLists lists, CancellationToken cancellation, string? type = null, string? state = null, string? q = null, int limit = ListQuery.DefaultLimit, string? after = null)
    {
        SagaState? wanted = null;
        if (!string.IsNullOrEmpty(state))
        {
            if (!Enum.TryParse<SagaState>(state, ignoreCase: true, out var one) || !Enum.IsDefined(one) || !char.IsAsciiLetter(state[0]))
            {
                return OperatorRefusals.StateUnclear.ToProblem();
            }

            wanted = one;
        }

        return ListQuery.Read(limit, after, out var query) is { } refusal ? refusal.ToProblem()
            : TypedResults.Ok(ListAnswer.Of(await lists.Find(new SagaQuery(Given(type), wanted, Given(q)), query.Limit, query.After, cancellation), saga => saga));
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
