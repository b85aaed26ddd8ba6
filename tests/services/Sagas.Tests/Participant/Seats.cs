using Library.Contracts;
using Library.Defaults.Hosting;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Sagas.Participant;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Testing;

namespace Sagas.Tests.Participant;

internal sealed record HoldSeat(string SagaId, string Step, int Attempt, string ReplyTo, string Seat) : ICommand
{
    public const string Topic = "seats.hold-seat";

    static string ICommand.Topic => Topic;
}

internal sealed record FreeSeat(string SagaId, string Step, int Attempt, string ReplyTo, string Seat) : ICommand
{
    public const string Topic = "seats.free-seat";

    static string ICommand.Topic => Topic;
}

internal sealed record SellSeat(string SagaId, string Step, int Attempt, string ReplyTo, string Seat) : ICommand
{
    public const string Topic = "seats.sell-seat";

    static string ICommand.Topic => Topic;
}

/// <summary>How often the seat was held and given back: what happened twice can be seen.</summary>
internal sealed record Seat(string Id, long Version, int Held, int Freed, int Sold)
{
    public static readonly Schema<Seat> Schema = new("seat");
}

internal sealed record SeatChanged(string Id, long Version, int Held, int Freed, int Sold) : IFact
{
    public const string Topic = "seats.seat-changed";

    static string IFact.Topic => Topic;
}

internal sealed class Mood
{
    public volatile bool Refuses;
    public volatile int Asked;
}

internal sealed class SeatStore(Documents<Seat> seats, Commit commit, Mood mood)
{
    public async Task<Decision<Answer>> Change(string id, Func<Seat, Seat> change, CancellationToken cancellation)
    {
        var read = await seats.Load(id, cancellation);
        Interlocked.Increment(ref mood.Asked);
        if (mood.Refuses)
        {
            return new Refusal("not-now", "Not now.", StatusCodes.Status409Conflict);
        }

        var seat = read.Document ?? new Seat(id, 0, 0, 0, 0);
        var changed = change(seat) with { Version = seat.Version + 1 };
        return await commit.Run(
            new Change().Save(seats, read, changed, new SeatChanged(id, changed.Version, changed.Held, changed.Freed, changed.Sold)), new Answer(id, changed.Version), cancellation);
    }
}

/// <summary>A participant that has nothing to do with libraries, beside a sidecar.</summary>
internal sealed class Seats(TestSidecar sidecar) : IAsyncDisposable
{
    public const string Store = "seats-store";
    public const string Replies = "tests.replies";

    public TestSidecar Sidecar => sidecar;

    public Mood Mood { get; } = new();

    public static async Task<Seats> Start(bool run = true)
    {
        var seats = new Seats(await TestSidecar.Start(options => options.AppId("seats").Time(TimeProvider.System).SqliteState(Store).SqlitePubSub("pubsub")));
        if (run)
        {
            await seats.Run();
        }

        return seats;
    }

    public Task<TestService> Run() => sidecar.Run(Build, Map, how => how.Setting("Outbox:Lease", "00:00:01").Setting("Outbox:Beat", "00:00:00.2"));

    public Task<Delivery> Deliver(string topic, string saga, int attempt, string seat = "1a") => sidecar.Deliver("pubsub", topic, Message(saga, attempt, seat));

    public Task Send(string topic, string saga, int attempt, string seat = "1a") => sidecar.Send("pubsub", topic, Message(saga, attempt, seat));

    /// <summary>Delivers it and waits for the reply to it.</summary>
    public async Task<Reply> Order(string topic, string saga, int attempt = 1, string seat = "1a")
    {
        var before = All(topic, saga, attempt).Count;
        var delivery = await Deliver(topic, saga, attempt, seat);
        Assert.True(delivery.IsHandled, $"{delivery}\n{string.Join('\n', sidecar.Log.Lines)}");
        await sidecar.Published(Replies).First(_ => All(topic, saga, attempt).Count > before);
        return All(topic, saga, attempt)[^1];
    }

    public List<Reply> All(string topic, string saga, int attempt) =>
        [.. sidecar.Published(Replies).Select(message => message.Read<Reply>(StoredJson.Options)).Where(reply => reply.Command == topic && reply.SagaId == saga && reply.Attempt == attempt)];

    public async Task<Seat> Now(string seat = "1a") => await sidecar.State<Seat>(Store, $"seat|{seat}") ?? new Seat(seat, 0, 0, 0, 0);

    public ValueTask DisposeAsync() => sidecar.DisposeAsync();

    private static object Message(string saga, int attempt, string seat) => new { sagaId = saga, step = "seat", attempt, replyTo = Replies, seat };

    private void Build(WebApplicationBuilder builder)
    {
        builder.AddLibraryDefaults("seats").AddWriting().Keeps(Seat.Schema, (Seat seat) => new SeatChanged(seat.Id, seat.Version, seat.Held, seat.Freed, seat.Sold));
        builder.Services.AddScoped<SeatStore>().AddSingleton(Mood);
    }

    private static void Map(WebApplication app)
    {
        app.MapLibraryDefaults();
        app.MapStep<HoldSeat, FreeSeat, SeatStore>(
            (command, seats, cancellation) => seats.Change(command.Seat, seat => seat with { Held = seat.Held + 1 }, cancellation),
            (command, seats, cancellation) => seats.Change(command.Seat, seat => seat with { Freed = seat.Freed + 1 }, cancellation));
        app.MapStep<SellSeat, SeatStore>((command, seats, cancellation) => seats.Change(command.Seat, seat => seat with { Sold = seat.Sold + 1 }, cancellation));
    }
}
