using System.Diagnostics;
using Library.Contracts;
using Library.Defaults.Deliveries;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Sagas.Participant;

public static class StepRoutes
{
    private static readonly ObjectFactory<StepsOnce> New = ActivatorUtilities.CreateFactory<StepsOnce>([]);

    /// <summary>
    /// Does a step that cannot be undone. What the use case answers or refuses goes to the command's reply topic; it is called once for all duplicates,
    /// and again only for a newer attempt after a refusal.
    /// </summary>
    public static void MapStep<TDo, TStore>(this IEndpointRouteBuilder routes, Func<TDo, TStore, CancellationToken, Task<Decision<Answer>>> act)
        where TDo : class, ICommand
        where TStore : notnull => Map(routes, TDo.Topic, act);

    /// <summary>Does a step and undoes it. The undo is called only for what was done; one that comes first bars the action.</summary>
    public static void MapStep<TDo, TUndo, TStore>(
        this IEndpointRouteBuilder routes, Func<TDo, TStore, CancellationToken, Task<Decision<Answer>>> act, Func<TUndo, TStore, CancellationToken, Task<Decision<Answer>>> undo)
        where TDo : class, ICommand
        where TUndo : class, ICommand
        where TStore : notnull
    {
        Map(routes, TDo.Topic, act);
        Map(routes, TDo.Topic, undo);
    }

    private static void Map<TCommand, TStore>(IEndpointRouteBuilder routes, string action, Func<TCommand, TStore, CancellationToken, Task<Decision<Answer>>> use)
        where TCommand : class, ICommand
        where TStore : notnull => routes.MapDelivery(TCommand.Topic, async (delivery, services, cancellation) =>
        {
            var message = StepCommand.Read<TCommand>(delivery.Data);
            var command = StepCommand.Of(message, action);
            command.Describe(Activity.Current);
            await using var scope = services.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<TStore>();
            await New(scope.ServiceProvider, []).Handle(command, () => use(message, store, cancellation), cancellation);
        });
}
