using Sidecar.Testing;

namespace Sagas.Tests.Participant;

/// <summary>A step is struck at each call that it makes; the broker delivers again, and in the end it has happened once and was answered.</summary>
public sealed class StepCrashTests
{
    public enum Strike
    {
        FailsBefore,
        FailsAfter,
        KilledBefore,
        KilledAfter,
    }

    public static TheoryData<string, int, Strike> Strikes => [.. from calls in new[] { Call.GetState, Call.ExecuteStateTransaction, Call.PublishEvent }
                                                               from nth in new[] { 1, 2 }
                                                               from strike in Enum.GetValues<Strike>()
                                                               select (calls, nth, strike)];

    [Theory]
    [MemberData(nameof(Strikes))]
    public async Task Struck_at_any_call_a_step_happens_once_and_is_answered(string calls, int nth, Strike strike)
    {
        await using var seats = await Seats.Start(run: false);
        seats.Sidecar.Log.ExpectAnything();
        var service = await seats.Run();
        var at = seats.Sidecar.Faults.On(calls).Nth(nth);
        Hold? hold = null;
        _ = strike switch
        {
            Strike.FailsBefore => at.Before(),
            Strike.FailsAfter => at.After(),
            Strike.KilledBefore => hold = at.Hold(),
            _ => hold = at.HoldAnswer(),
        };

        var work = Work(seats);
        if (hold is not null && await Task.WhenAny(hold.Arrived(), work) != work)
        {
            service.Kill();
            await seats.Run();
        }

        await work;
        Assert.Equal((1, 1, 1), ((await seats.Now()).Held, (await seats.Now()).Freed, (await seats.Now("2b")).Held));
        Assert.All(seats.All(HoldSeat.Topic, "s1", 1), reply => Assert.True(reply.Done));
        Assert.All(seats.All(FreeSeat.Topic, "s1", 1), reply => Assert.True(reply.Done));
    }

    private static async Task Work(Seats seats)
    {
        await Ordered(seats, HoldSeat.Topic, "s1", "1a");
        await Ordered(seats, FreeSeat.Topic, "s1", "1a");
        await Ordered(seats, HoldSeat.Topic, "s2", "2b");
    }

    /// <summary>As a broker does: again and again until it is acknowledged. The reply may come later.</summary>
    private static async Task Ordered(Seats seats, string topic, string saga, string seat)
    {
        while (!(await seats.Deliver(topic, saga, 1, seat)).IsHandled)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await seats.Sidecar.Published(Seats.Replies).First(_ => seats.All(topic, saga, 1).Count > 0);
    }
}
