using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Sagas.Tests.Machine;

public sealed class CallTests
{
    [Fact]
    public void Calls_that_are_done_follow_each_other() => Assert.Equal(["call a 1", "call b 1", "call c 1", "end Completed"], Drive.Calls().Done(3).Orders);

    [Fact]
    public void A_participant_that_cannot_be_called_makes_the_saga_wait_at_once_and_no_attempt_is_used_up()
    {
        var drive = Drive.Calls(retries: Retries.None).Done().Unreachable();

        Assert.Equal(["call b 1", "mark Waiting"], drive.Orders.TakeLast(2));
        Assert.Equal(drive.Now + TimeSpan.FromSeconds(5), drive.Waiting!.Until);
        for (var i = 0; i < 10; i++)
        {
            drive.Pass(TimeSpan.FromSeconds(5)).Unreachable();
        }

        Assert.Equal("call b 1", drive.Orders[^1]);
        Assert.Single(drive.Orders, order => order == "mark Waiting");
        Assert.Equal(["mark Running", "call c 1"], drive.Pass(TimeSpan.FromSeconds(5)).Done().Orders.TakeLast(2));
    }

    [Fact]
    public void A_long_wait_writes_one_entry_however_often_it_calls()
    {
        var drive = Drive.Calls().Unreachable();
        for (var i = 0; i < 10; i++)
        {
            drive.Pass(TimeSpan.FromSeconds(5)).Unreachable();
        }

        Assert.Equal(3, drive.Numbers.Count);
    }

    [Theory]
    [InlineData(true, new[] { "uncall b 1", "uncall a 1" })]
    [InlineData(false, new[] { "uncall a 1" })]
    public void A_call_given_up_is_undone_unless_it_was_never_made(bool wasTried, string[] undone)
    {
        var drive = Drive.Calls(deadline: TimeSpan.FromSeconds(3)).Done().Unreachable(wasTried).Pass(TimeSpan.FromSeconds(3)).Done(undone.Length);

        Assert.Equal(undone, drive.Orders.Where(order => order.StartsWith("uncall", StringComparison.Ordinal)));
        Assert.Equal("end Compensated", drive.Orders[^1]);
    }

    [Fact]
    public void A_pivot_that_may_have_been_called_is_not_given_up_and_one_that_was_not_is()
    {
        Assert.Equal(SagaState.Waiting, Drive.Calls(deadline: TimeSpan.FromSeconds(3)).Done(2).Unreachable(wasTried: true).Pass(TimeSpan.FromSeconds(3)).Progress.State);
        Assert.Equal("uncall b 1", Drive.Calls(deadline: TimeSpan.FromSeconds(3)).Done(2).Unreachable(wasTried: false).Pass(TimeSpan.FromSeconds(3)).Orders[^1]);
    }

    [Fact]
    public void A_pivot_that_was_called_in_the_meantime_can_no_longer_be_undone_and_the_stop_says_so_anew()
    {
        var drive = Drive.Calls().Done(2).Unreachable(wasTried: false);
        Assert.Contains(Verb.Compensate, drive.Stop!.Verbs);

        drive.Pass(TimeSpan.FromSeconds(5)).Unreachable(wasTried: true);

        Assert.Equal(2, drive.Stop!.Occurrence);
        Assert.DoesNotContain(Verb.Compensate, drive.Stop.Verbs);
        Assert.Equal("mark Waiting", drive.Orders[^1]);
    }

    [Fact]
    public void Retry_calls_at_once_and_the_attempt_stays_the_same() =>
        Assert.Equal(["mark Running", "call a 1"], Drive.Calls().Unreachable().Say(Verb.Retry).Orders.TakeLast(2));

    [Fact]
    public void A_refused_call_is_tried_again_as_a_new_attempt() =>
        Assert.Equal("call a 2", Drive.Calls(retries: new Retries { First = TimeSpan.FromSeconds(1) }).Refused("busy").Pass(TimeSpan.FromSeconds(1)).Orders[^1]);
}
