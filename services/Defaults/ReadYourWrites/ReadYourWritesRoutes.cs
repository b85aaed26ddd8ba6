using Library.Defaults.Projections;
using Library.Defaults.Refusals;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Library.Defaults.ReadYourWrites;

public static class ReadYourWritesRoutes
{
    /// <summary>Lets a question say "minVersion=7", or "minVersion=ID:7" where its address names no {id}: it is answered with nothing older.</summary>
    public static RouteHandlerBuilder ReadsYourWrites<TView>(this RouteHandlerBuilder route)
        where TView : class =>
        route.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            if (http.Request.Query["minVersion"] is not [{ Length: > 0 } text, ..])
            {
                return await next(context);
            }

            if (MinVersion.Parse(text, http.Request.RouteValues["id"] as string) is not { } wanted)
            {
                return ViewRefusals.MinVersionUnclear.ToProblem();
            }

            var views = http.RequestServices.GetRequiredService<Views<TView>>();
            var patience = http.RequestServices.GetRequiredService<Patience>();
            return await patience.Wait(views.Name, wanted, () => views.VersionOf(wanted.Id, http.RequestAborted), http.RequestAborted)
                ? await next(context)
                : ViewRefusals.Behind.ToProblem();
        }).AddOpenApiOperationTransformer((operation, _, _) =>
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "minVersion",
                In = ParameterLocation.Query,
                Description = "Answer nothing older: the version that a command answered with, or ID:VERSION for a list. Waits for it a few seconds, then 503 and type view-behind.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
            return Task.CompletedTask;
        });
}
