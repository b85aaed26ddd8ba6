using System.Diagnostics;
using Sidecar.Testing;

namespace Sagas.Tests.Participant;

public sealed class StepRoutesTests
{
    [Fact]
    public async Task The_effect_the_record_and_the_entry_of_the_reply_are_one_transaction()
    {
        await using var seats = await Seats.Start();

        var reply = await seats.Order(HoldSeat.Topic, "s1");

        Assert.Equal((true, "1a", 1L), (reply.Done, reply.Id, reply.Version));
        var transaction = Assert.Single(seats.Sidecar.Calls, call => call.Name == Call.ExecuteStateTransaction);
        Assert.Equal(["outbox", "outbox", "seat", "step"], transaction.Keys.Select(key => key.Split('|')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_use_case_is_called_once_for_all_duplicates_whether_it_does_or_refuses()
    {
        await using var seats = await Seats.Start();
        await seats.Order(HoldSeat.Topic, "s1");
        await seats.Order(HoldSeat.Topic, "s1");
        Assert.Equal(1, seats.Mood.Asked);

        seats.Mood.Refuses = true;
        await seats.Order(HoldSeat.Topic, "s2");
        await seats.Order(HoldSeat.Topic, "s2");
        Assert.Equal(2, seats.Mood.Asked);
    }

    [Fact]
    public async Task A_duplicate_and_another_attempt_are_answered_from_the_record()
    {
        await using var seats = await Seats.Start();
        var first = await seats.Order(HoldSeat.Topic, "s1");

        var again = await seats.Order(HoldSeat.Topic, "s1");
        var second = await seats.Order(HoldSeat.Topic, "s1", attempt: 2);

        Assert.Equal((first, first with { Attempt = 2 }), (again, second));
        Assert.Equal((1, 1L), ((await seats.Now()).Held, (await seats.Now()).Version));
    }

    [Fact]
    public async Task An_undo_gives_back_what_was_done_and_the_action_does_not_come_again()
    {
        await using var seats = await Seats.Start();
        await seats.Order(HoldSeat.Topic, "s1");

        Assert.True((await seats.Order(FreeSeat.Topic, "s1")).Done);
        Assert.True((await seats.Order(FreeSeat.Topic, "s1", attempt: 2)).Done);
        var late = await seats.Order(HoldSeat.Topic, "s1", attempt: 2);

        Assert.Equal("step-undone", Assert.Single(late.Reasons!).Code);
        Assert.Equal((1, 1), ((await seats.Now()).Held, (await seats.Now()).Freed));
    }

    [Fact]
    public async Task An_undo_that_comes_first_bars_the_action_and_calls_no_use_case()
    {
        await using var seats = await Seats.Start();
        seats.Mood.Refuses = true;

        Assert.True((await seats.Order(FreeSeat.Topic, "s1")).Done);
        seats.Mood.Refuses = false;

        Assert.False((await seats.Order(HoldSeat.Topic, "s1")).Done);
        Assert.Equal(0, (await seats.Now()).Version);
        Assert.True((await seats.Order(HoldSeat.Topic, "s2")).Done);
    }

    [Fact]
    public async Task A_refusal_stands_for_its_attempt_and_a_newer_one_is_tried()
    {
        await using var seats = await Seats.Start();
        seats.Mood.Refuses = true;
        var refused = await seats.Order(HoldSeat.Topic, "s1");
        seats.Mood.Refuses = false;

        var again = await seats.Order(HoldSeat.Topic, "s1");
        var second = await seats.Order(HoldSeat.Topic, "s1", attempt: 2);

        Assert.Equal(("not-now", "not-now"), (Assert.Single(refused.Reasons!).Code, Assert.Single(again.Reasons!).Code));
        Assert.Equal((true, 1), (second.Done, (await seats.Now()).Held));
    }

    [Fact]
    public async Task A_refused_undo_is_tried_again_with_a_newer_attempt()
    {
        await using var seats = await Seats.Start();
        await seats.Order(HoldSeat.Topic, "s1");
        seats.Mood.Refuses = true;
        Assert.False((await seats.Order(FreeSeat.Topic, "s1")).Done);
        seats.Mood.Refuses = false;

        Assert.True((await seats.Order(FreeSeat.Topic, "s1", attempt: 2)).Done);
        Assert.Equal(1, (await seats.Now()).Freed);
    }

    [Fact]
    public async Task Two_steps_of_one_name_do_not_answer_for_each_other()
    {
        await using var seats = await Seats.Start();
        await seats.Order(HoldSeat.Topic, "s1");

        Assert.True((await seats.Order(SellSeat.Topic, "s1")).Done);

        Assert.Equal((1, 1), ((await seats.Now()).Held, (await seats.Now()).Sold));
    }

    [Fact]
    public async Task Of_two_equal_commands_at_once_one_has_an_effect_and_both_are_answered()
    {
        await using var seats = await Seats.Start();
        await seats.Run();
        var hold = seats.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().Hold();
        var slow = seats.Order(HoldSeat.Topic, "s1");
        await hold.Arrived();
        await seats.Deliver(HoldSeat.Topic, "s1", 1);
        hold.Release();

        Assert.True((await slow).Done);
        Assert.Equal((1, 1L), ((await seats.Now()).Held, (await seats.Now()).Version));
    }

    [Fact]
    public async Task An_undo_that_overtakes_the_action_leaves_nothing()
    {
        await using var seats = await Seats.Start();
        var hold = seats.Sidecar.Faults.On(Call.ExecuteStateTransaction).Once().Hold();
        var slow = seats.Order(HoldSeat.Topic, "s1");
        await hold.Arrived();

        Assert.True((await seats.Order(FreeSeat.Topic, "s1")).Done);
        hold.Release();

        Assert.Equal("step-undone", Assert.Single((await slow).Reasons!).Code);
        Assert.Equal(0, (await seats.Now()).Version);
    }

    [Fact]
    public async Task A_repeated_reply_that_cannot_be_published_comes_again()
    {
        await using var seats = await Seats.Start();
        await seats.Order(HoldSeat.Topic, "s1");
        seats.Sidecar.Faults.On(Call.PublishEvent).Once().Before();

        Assert.Equal(503, (await seats.Deliver(HoldSeat.Topic, "s1", 1)).Status);
        Assert.True((await seats.Order(HoldSeat.Topic, "s1")).Done);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sagaId":"s","step":"seat","attempt":0,"replyTo":"r","seat":"1a"}""")]
    [InlineData("""{"sagaId":"","step":"seat","attempt":1,"replyTo":"r","seat":"1a"}""")]
    [InlineData("""{"sagaId":"s","step":"seat","attempt":1,"replyTo":null,"seat":"1a"}""")]
    [InlineData("""{"sagaId":"s","step":"seat","attempt":1,"replyTo":"r"}""")]
    [InlineData("null")]
    public async Task What_is_no_command_is_parked(string message)
    {
        await using var seats = await Seats.Start();
        seats.Sidecar.Log.ExpectAnything();

        var delivery = await seats.Sidecar.Deliver("pubsub", HoldSeat.Topic, System.Text.Json.JsonElement.Parse(message));

        Assert.Equal(422, delivery.Status);
    }

    [Fact]
    public async Task The_span_of_the_handling_names_the_saga_and_the_step()
    {
        var tags = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (tags)
                {
                    tags.Add($"{activity.GetTagItem("saga.id")} {activity.GetTagItem("saga.step")} {activity.GetTagItem("saga.direction")} {activity.GetTagItem("saga.attempt")}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using (var seats = await Seats.Start())
        {
            await seats.Order(HoldSeat.Topic, "traced");
            await seats.Order(FreeSeat.Topic, "traced", attempt: 2);
        }

        lock (tags)
        {
            Assert.Equal(["traced seat action 1", "traced seat undo 2"], tags.Where(tag => tag.StartsWith("traced", StringComparison.Ordinal)));
        }
    }
}
