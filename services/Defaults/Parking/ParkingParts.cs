using Dapr.Client;
using Library.Defaults.Auth;
using Library.Defaults.Deliveries;
using Library.Defaults.Hosting;
using Library.Defaults.Lists;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Defaults.ViewStores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Parking;

/// <summary>Messages that nobody could handle: kept in a durable store, listed, and handled once more when an operator says so.</summary>
public static class ParkingParts
{
    private static readonly Refusal Unknown = new("parked-unknown", "There is no such parked message. GET /parked lists them.", StatusCodes.Status404NotFound);
    private static readonly Refusal TooLarge = new("parked-too-large", "The message was larger than what is kept, so only its sender can send it again.", StatusCodes.Status409Conflict);
    private static readonly Refusal NoHandler = new("parked-no-handler", "Nothing in this service handles messages of this topic any more.", StatusCodes.Status409Conflict);

    /// <param name="library">The service.</param>
    /// <param name="store">Where parked messages are kept: a store of the command class.</param>
    public static void AddParking(this LibraryBuilder library, string store)
    {
        var services = library.Services;
        services.AddOptions<ParkingOptions>().BindConfiguration(ParkingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new CommandClassStore(store));
        services.AddSingleton<Handlers>();
        services.AddSingleton<Answering>();
        services.AddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            return new ParkedMessages(new DaprDocuments(provider.GetRequiredService<DaprClient>(), store, time), provider.GetRequiredService<IOptions<ParkingOptions>>(), time);
        });
    }

    public static void MapParking(this IEndpointRouteBuilder routes)
    {
        routes.MapDeadLetters();
        var parking = routes.MapGroup("/parked").ForRoles(Roles.Operator, Roles.Admin);
        parking.MapGet("", async (ParkedMessages parked, CancellationToken cancellation, int limit = ListQuery.DefaultLimit, string? after = null) =>
            ListQuery.Read(limit, after, out var query) is { } refusal
                ? (IResult)refusal.ToProblem()
                : TypedResults.Ok(ListAnswer.Of(await parked.List(query.Limit, query.After, cancellation), Shown.Of)));
        parking.MapPost("/{id}/replay", Replay);
    }

    /// <summary>Handles it here and now. Handlers bear repetition, and what was replayed is not handled again.</summary>
    private static async Task<IResult> Replay(string id, ParkedMessages parked, Handlers handlers, IServiceProvider services, CancellationToken cancellation)
    {
        if (await parked.Find(id, cancellation) is not { ForgottenAt: null } message)
        {
            return Unknown.ToProblem();
        }

        if (message.ReplayedAt is not null)
        {
            return TypedResults.Ok(Shown.Of(message));
        }

        if (message.Data is null || handlers.Of(message.Topic) is not { } handler)
        {
            return (message.Data is null ? TooLarge : NoHandler).ToProblem();
        }

        try
        {
            await handler(message.Delivery, services, cancellation);
        }
        catch (Exception problem) when (!Trouble.Passes(problem))
        {
            await parked.Park(message.Delivery, Trouble.Reason(problem), cancellation);
            return new Refusal("parked-again", $"It cannot be handled yet: {Trouble.Reason(problem)}", StatusCodes.Status422UnprocessableEntity).ToProblem();
        }

        return TypedResults.Ok(Shown.Of(await parked.Replayed(message, cancellation)));
    }

    /// <summary>Without its data: that may name people, and the reason says what is wrong.</summary>
    private sealed record Shown(string Id, string Topic, string MessageId, string Reason, int Attempts, DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset? ReplayedAt, bool CanBeReplayed)
    {
        public static Shown Of(ParkedMessage message) =>
            new(message.Fingerprint, message.Topic, message.MessageId, message.Reason, message.Attempts, message.FirstAt, message.LastAt, message.ReplayedAt, message.Data is not null);
    }
}
