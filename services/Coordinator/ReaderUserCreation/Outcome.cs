using System.Globalization;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Library.Coordinator.ReaderUserCreation;

/// <summary>
/// Answers who waits with the outcome. It stands before the record of an Idempotency-Key, so that a repetition of the request waits for the same outcome
/// and gets it.
/// </summary>
internal static class Outcome
{
    public static async ValueTask<object?> Await(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var http = context.HttpContext;
        if (result is not Accepted<AcceptedAnswer> { Value.Id: { } id, Location: { } location } || Patience(http) is not { } patience)
        {
            return result;
        }

        var saga = await http.RequestServices.GetRequiredService<SagaRecords>().Ended(id, patience, http.RequestAborted);
        return saga?.State switch
        {
            SagaState.Completed => TypedResults.Created(location, RegistrationView.Registered(saga)),
            SagaState.Compensated or SagaState.Aborted => RegistrationRefusals.Of(saga).ToProblem(),
            _ => result,
        };
    }

    private static TimeSpan? Patience(HttpContext http)
    {
        if (!int.TryParse(http.Request.Query["wait"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0)
        {
            return null;
        }

        var longest = http.RequestServices.GetRequiredService<IOptions<CoordinatorOptions>>().Value.LongestWait;
        return seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
    }
}
