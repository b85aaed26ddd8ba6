using Library.Contracts;
using Library.Defaults.Hosting;
using Library.Defaults.Auth;
using Library.Defaults.Idempotency;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Defaults.Tests.Outbox;

/// <summary>An aggregate that remembers every command it was given, so that a checker sees what was lost or done twice.</summary>
internal sealed record Tally(string Id, long Version, IReadOnlyList<string> Commands)
{
    public static readonly Schema<Tally> Schema = new("tally");
}

/// <summary>A fact whose message is kept in its entry.</summary>
[NamesNoPerson]
internal sealed record TallyCounted(string Id, long Version, string Command) : IFact
{
    public const string Topic = "tallies.tally-counted";

    static string IFact.Topic => Topic;
}

/// <summary>A fact whose message is made anew when it is published late.</summary>
internal sealed record TallySigned(string Id, long Version, IReadOnlyList<string> Commands) : IFact
{
    public const string Topic = "tallies.tally-signed";

    static string IFact.Topic => Topic;
}

/// <summary>The smallest service that decides and publishes.</summary>
internal static class TallyService
{
    public const string App = "tallies";
    public const string Store = "tallies-store";

    /// <summary>Only what writes: it is started thousands of times.</summary>
    public static void Build(WebApplicationBuilder builder)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var library = new LibraryBuilder(builder, App);
        library.Services.AddSingleton(library.Names);
        library.Services.AddSingleton(TimeProvider.System);
        library.Services.AddDaprClient();
        library.AddWriting().Keeps(Tally.Schema, (Tally tally) => new TallySigned(tally.Id, tally.Version, tally.Commands));
    }

    public static void Map(WebApplication app) => app.MapGroup("/tallies").OpenToAnyone().AddEndpointFilter(Refuse).ChangesState().MapPost("/{id}/{command}", Count);

    private static async ValueTask<object?> Refuse(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (RefusedException refused)
        {
            return Results.StatusCode(refused.Refusal.Status);
        }
    }

    private static async Task<IResult> Count(string id, string command, Documents<Tally> tallies, Commit commit, CancellationToken cancellation)
    {
        var read = await tallies.Load(id, cancellation);
        var now = read.Document ?? new Tally(id, 0, []);
        var next = now with { Version = now.Version + 1, Commands = [.. now.Commands, command] };
        var change = next.Version % 2 == 1
            ? new Change().Save(tallies, read, next, new TallyCounted(id, next.Version, command))
            : new Change().Save(tallies, read, next, new TallySigned(id, next.Version, next.Commands));
        return (await commit.Run(change, new Answer(id, next.Version), cancellation)).ToResult();
    }
}
