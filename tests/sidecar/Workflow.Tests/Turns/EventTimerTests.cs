using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;

namespace Workflow.Tests.Turns;

public sealed class EventTimerTests
{
    private static readonly Timestamp Later = new() { Seconds = 1_900_000_000 };

    [Fact]
    public void An_event_deletes_the_oldest_timer_of_its_wait()
    {
        var one = new OneInstance();
        one.Answer(Timer(1, Later), Timer(2, Later, "Go"), Timer(3, Later, "go"), Timer(4, Later, "stop"));
        one.Raise("GO");
        Assert.Equal([2], one.Answer().TimersToDelete);
        one.Raise("go");
        one.Raise("go");
        Assert.Equal([3], one.Answer().TimersToDelete);
        Assert.Equal([1, 4], one.State.OpenTimers.Keys);
    }

    [Fact]
    public void A_timer_that_has_fired_is_not_the_oldest()
    {
        var one = new OneInstance();
        one.Answer(Timer(1, Later, "go"), Timer(2, Later, "go"));
        one.Fire(1);
        one.Answer();
        one.Raise("go");
        Assert.Equal([2], one.Answer().TimersToDelete);
    }

    [Fact]
    public void An_event_deletes_no_timer_that_came_after_it()
    {
        var one = new OneInstance();
        one.Answer();
        one.Raise("go");
        var outcome = one.Answer(Timer(1, Later, "go"));
        Assert.Empty(outcome.TimersToDelete);
        Assert.Single(outcome.Timers);
        Assert.Single(one.State.OpenTimers);
    }

    [Fact]
    public void A_timer_of_old_with_a_name_waits_for_an_event_too()
    {
        var one = new OneInstance();
        var old = Timer(1, Later);
        old.CreateTimer.Name = "go";
        var plain = Timer(2, Later);
        plain.CreateTimer.Name = "go";
        plain.CreateTimer.CreateTimer = new TimerOriginCreateTimer();
        one.Answer(plain, old);
        one.Raise("go");
        Assert.Equal([1], one.Answer().TimersToDelete);
    }

    [Fact]
    public void A_deleted_timer_does_not_fire()
    {
        var one = new OneInstance();
        one.Answer(Timer(1, Later, "go"));
        var timer = one.State.OpenTimers[1];
        one.Raise("go");
        one.Answer();
        one.Arrive(Arrivals.Fired(timer, one.Now()));
        Assert.NotNull(one.Begin().Foregone);
    }
}
