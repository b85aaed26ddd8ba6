using Library.Contracts;
using Library.Sagas.Orchestrator.Machine;

namespace Sagas.Tests.Orchestrator;

public sealed class RunTests
{
    [Fact]
    public async Task A_saga_whose_steps_are_all_done_completes_and_each_step_is_told_what_the_ones_before_answered()
    {
        await using var agency = await Agency.Start();

        Assert.Equal(202, (await agency.Begin("t1")).Status);
        await agency.Complete("t1");

        var saga = await agency.Ended("t1");
        Assert.Equal(SagaState.Completed, saga.State);
        Assert.Equal("flight-t1", (await agency.Command<BookHotel>(BookHotel.Topic, "t1")).FlightId);
        Assert.All(saga.Steps, step => Assert.Equal("done", step.State));
        Assert.Equal(["asked", "done", "asked", "done", "asked", "done", "asked", "done", "ended"], saga.Trail.Select(line => line.What));
    }

    [Fact]
    public async Task A_refusal_undoes_what_was_done_in_reverse_and_says_why()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        await agency.Done(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        await agency.Done(BookHotel.Topic, await agency.Command<BookHotel>(BookHotel.Topic, "t1"));

        await agency.Refused(Pay.Topic, await agency.Command<Pay>(Pay.Topic, "t1"), "card-refused", "card-expired");
        await agency.Done(CancelHotel.Topic, await agency.Command<CancelHotel>(CancelHotel.Topic, "t1"));
        await agency.Done(CancelFlight.Topic, await agency.Command<CancelFlight>(CancelFlight.Topic, "t1"));

        var saga = await agency.Ended("t1");
        Assert.Equal(SagaState.Compensated, saga.State);
        Assert.Equal(["card-refused", "card-expired"], saga.Reasons.Select(reason => reason.Code));
        Assert.Equal(["undone", "undone", "refused", "waiting"], saga.Steps.Select(step => step.State));
        Assert.Empty(agency.Sidecar.Published(SendTickets.Topic));
    }
}
