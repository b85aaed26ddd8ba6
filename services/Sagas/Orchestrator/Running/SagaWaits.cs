using System.Globalization;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>Lets a request that starts a saga wait for its end: ?wait=SECONDS.</summary>
public static class SagaWaits
{
    private const int Longest = 60;
    private static readonly Refusal Unclear = new("wait-unclear", $"wait is a number of seconds from 0 to {Longest}.", StatusCodes.Status400BadRequest);

    /// <summary>
    /// Answers what <paramref name="ended"/> makes of a saga that has ended in time, and 202 for one that has not. It stands before ChangesState, so that a repetition waits too.
    /// </summary>
    public static TBuilder AwaitsSaga<TBuilder>(this TBuilder routes, Func<SagaRecord, IResult> ended)
        where TBuilder : IEndpointConventionBuilder => routes.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (http.Request.Query["wait"] is not [{ Length: > 0 } wait, ..])
            {
                return await next(context);
            }

            if (!double.TryParse(wait, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds > Longest)
            {
                return Unclear.ToProblem();
            }

            var result = await next(context);
            return result is Accepted<AcceptedAnswer> { Value: { } accepted } &&
                await http.RequestServices.GetRequiredService<SagaRecords>().Ended(accepted.Id, TimeSpan.FromSeconds(seconds), http.RequestAborted) is { } saga && saga.State.HasEnded()
                    ? ended(saga)
                    : result;
        })
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "wait",
                In = ParameterLocation.Query,
                Description = "Seconds for which the answer may wait for the end.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0", Maximum = Longest.ToString(CultureInfo.InvariantCulture) },
            });
            return Task.CompletedTask;
        });
}
