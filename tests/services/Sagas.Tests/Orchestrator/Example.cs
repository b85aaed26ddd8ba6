using Library.Defaults.Auth;
using Library.Defaults.Hosting;
using Library.Defaults.Idempotency;
using Library.Sagas.Orchestrator;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sagas.Tests.Orchestrator;

internal sealed record Evening(int Guests);

internal sealed class Dinner : Saga<Evening>
{
    protected override void Define(SagaSteps<Evening> steps) => steps.Step<BookTable>().Pivot<CookMenu>();
}

internal sealed class BookTable : InvokeStep<Evening>
{
    public override string Participant => "tables";
    protected override Task<StepResult> Do(InvokeCall<Evening> call, CancellationToken cancellation) => call.Post("/tables", new { call.SagaId, call.Data.Guests }, cancellation);
    protected override Task<StepResult> Undo(InvokeCall<Evening> call, CancellationToken cancellation) => call.Delete($"/tables/{call.SagaId}", cancellation);
}

internal sealed class CookMenu : InvokeStep<Evening>
{
    public override string Participant => "kitchen";

    protected override Task<StepResult> Do(InvokeCall<Evening> call, CancellationToken cancellation) => call.Post("/menus", new { call.SagaId }, cancellation);
}

internal static class Host
{
    public static void Build(WebApplicationBuilder builder)
    {
        builder.AddLibraryDefaults("host").AddWriting().AddSagas(sagas => sagas.Add<Dinner>());
    }

    public static void Map(WebApplication app)
    {
        app.MapLibraryDefaults();
        app.MapSagas();
        app.MapGroup("").ForSignedIn().AwaitsSaga(saga => TypedResults.Ok(saga.State)).ChangesState().MapPost("/dinners/{id}", async (string id, Evening evening, SagaStart sagas, CancellationToken cancellation) =>
            (await sagas.Start(id, evening, $"/dinners/{id}", change: null, cancellation)).IsRefused(out var refusal, out var answer) ? refusal.ToProblem() : answer.ToResult());
    }
}
