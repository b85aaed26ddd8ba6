using Library.Defaults.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Defaults.Idempotency;

public static class CommandEndpoints
{
    /// <summary>Requests that change something: repeated from the read when they lose a race, and answered from the record of their Idempotency-Key.</summary>
    public static TBuilder ChangesState<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes
        .AddEndpointFilter((context, next) => new ValueTask<object?>(LostRaces.Retry(
            () => next(context).AsTask(), context.HttpContext.RequestServices.GetRequiredService<TimeProvider>(), context.HttpContext.RequestAborted)))
        .AddEndpointFilter((context, next) => context.HttpContext.RequestServices.GetRequiredService<IdempotencyKey>().Invoke(context, next));
}
