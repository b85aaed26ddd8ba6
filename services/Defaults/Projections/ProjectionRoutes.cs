using Library.Defaults.Auth;
using Library.Defaults.Lists;
using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Defaults.Projections;

/// <summary>For operators: how far projections are, and the verbs that change their generations.</summary>
internal static class ProjectionRoutes
{
    private static readonly Refusal Unknown = new("projection-unknown", "There is no such projection. GET /projections lists them.", StatusCodes.Status404NotFound);
    private static readonly Refusal Running = new("rebuild-running", "A new generation is being built already. Wait for it, or cancel it first.", StatusCodes.Status409Conflict);
    private static readonly Refusal NoBuild = new("no-rebuild", "No new generation is being built.", StatusCodes.Status409Conflict);
    private static readonly Refusal NotRefused = new("rebuild-not-refused", "Only a generation that was built and not switched to can be taken by hand.", StatusCodes.Status409Conflict);
    private static readonly Refusal NoPrevious = new("no-previous-generation", "The generation before this one is not kept any more.", StatusCodes.Status409Conflict);
    private static readonly Refusal Unsettled = new("switch-unsettled", "The last switch was a moment ago. Please try again in a few seconds.", StatusCodes.Status409Conflict) { RetryAfter = GenerationDocument.Settled };

    public static void MapProjectionRoutes(this IEndpointRouteBuilder routes)
    {
        _ = routes.ServiceProvider.GetService<ProjectionMetrics>();
        var all = routes.MapGroup("/projections").ForRoles(Roles.Operator, Roles.Admin);
        all.MapGet("", async (IEnumerable<ProjectionRun> runs, CancellationToken cancellation) =>
            new ListAnswer<ProjectionStatus>(await Task.WhenAll(runs.Select(async run => ProjectionStatus.Of(run, await run.Generations.Read(cancellation)))), Next: null));
        var one = all.MapGroup("/{name}");
        one.MapPost("/rebuild", Verb((document, now) => document.Building is { State: not BuildState.Refused } ? (Running, null) : (null, document.Started(now))));
        one.MapPost("/cancel", Verb((document, _) => document.Building is null || document.Current is null ? (NoBuild, null) : (null, document.Cancelled())));
        one.MapPost("/switch", Verb((document, now) => document.Building is not { State: BuildState.Refused } ? (NotRefused, null)
            : document.Previous is not null && !document.IsSettled(now) ? (Unsettled, null) : (null, document.Switched(now))));
        one.MapPost("/switch-back", Verb((document, now) => document.Previous is null ? (NoPrevious, null)
            : !document.IsSettled(now) ? (Unsettled, null) : (null, document.SwitchedBack(now))));
    }

    private static Delegate Verb(Func<GenerationDocument, DateTimeOffset, (Refusal? Refusal, GenerationDocument? Changed)> decide) =>
        async (string name, IServiceProvider services, TimeProvider time, CancellationToken cancellation) =>
        {
            if (services.GetKeyedService<ProjectionRun>(name) is not { } run)
            {
                return Unknown.ToProblem();
            }

            Refusal? refusal = null;
            IEnumerable<int> retired = [];
            var document = await run.Generations.Change(now =>
            {
                (refusal, var changed) = decide(now, time.GetUtcNow());
                retired = changed?.Retired.Except(now.Retired) ?? [];
                return changed;
            }, cancellation);
            foreach (var generation in retired)
            {
                run.Rebuilding.Retire(generation);
            }

            return refusal is null ? (IResult)TypedResults.Accepted((string?)null, ProjectionStatus.Of(run, document)) : refusal.ToProblem();
        };
}
