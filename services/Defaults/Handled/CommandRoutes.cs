using Library.Contracts;
using Library.Defaults.Deliveries;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Library.Defaults.Handled;

public static class CommandRoutes
{
    /// <summary>Subscribes a use case to its command. What it answers or refuses goes to the command's reply topic.</summary>
    public static void MapCommand<TCommand, TStore>(this IEndpointRouteBuilder routes, Func<TCommand, TStore, CancellationToken, Task<Decision<Answer>>> use)
        where TCommand : class, ICommand
        where TStore : notnull => routes.MapDelivery(TCommand.Topic, async (delivery, services, cancellation) =>
        {
            var command = HandledCommands.Read<TCommand>(delivery.Data);
            await using var scope = services.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<TStore>();
            await scope.ServiceProvider.GetRequiredService<HandledCommands>().Handle(command, () => use(command, store, cancellation), cancellation);
        });
}
