using Library.Defaults.Auth;
using Library.Defaults.Outbox;
using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Facts;

/// <summary>For views that are built anew, and for checkers; called by invocation, never through the gateway.</summary>
internal static class FactsRoutes
{
    private const int MostAtOnce = 500;

    public static void MapFacts(this IEndpointRouteBuilder routes) => routes.MapGet("/facts", List).ForServices().ExcludeFromDescription();

    private static async Task<IResult> List(
        WrittenFacts facts, IOptions<OutboxOptions> options, CancellationToken cancellation, int place = 0, long from = 0, int limit = MostAtOnce) =>
        place >= 0 && place < options.Value.Places && from >= 0 && limit is >= 1 and <= MostAtOnce
            ? TypedResults.Ok(await facts.Read(place, from, limit, cancellation))
            : new Refusal("no-such-facts", $"Ask for place 0 to {options.Value.Places - 1}, from 0 on, at most {MostAtOnce} numbers at once.", StatusCodes.Status400BadRequest).ToProblem();
}
