using Library.Defaults.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Library.Defaults.Idempotency;

public static class CommandEndpoints
{
    /// <summary>Requests that change something: repeated from the read when they lose a race, and answered from the record of their Idempotency-Key.</summary>
    public static TBuilder ChangesState<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes
        .AddEndpointFilter((context, next) => new ValueTask<object?>(LostRaces.Retry(
            () => next(context).AsTask(), context.HttpContext.RequestServices.GetRequiredService<TimeProvider>(), context.HttpContext.RequestAborted)))
        .AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<IdempotencyKey>().Invoke(context, next))
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = IdempotencyKey.Header,
                In = ParameterLocation.Header,
                Description = "Of your choice, new for each new request. A repetition under it is answered as the first one was.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = IdempotencyKey.Longest },
            });
            return Task.CompletedTask;
        });
}
