using Library.Contracts;
using Library.Sagas.Orchestrator.Machine;
using Sidecar.Testing;

namespace Sagas.Tests.Orchestrator;

public sealed class ReplyTests
{
    [Fact]
    public async Task A_reply_that_is_delivered_again_changes_nothing()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        var flight = await agency.Command<BookFlight>(BookFlight.Topic, "t1");
        await agency.Done(BookFlight.Topic, flight);
        await agency.Done(BookFlight.Topic, flight);
        await agency.Complete("t1");

        Assert.Equal(9, (await agency.Ended("t1")).Trail.Count);
        Assert.Single(agency.Sidecar.Published(BookHotel.Topic));
    }

    [Fact]
    public async Task A_reply_of_which_nothing_can_be_known_now_is_not_acknowledged()
    {
        await using var agency = await Agency.Start();
        agency.Sidecar.Log.ExpectAnything();
        agency.Sidecar.Faults.On(Call.GetState).Key("saga|nobody").Once().Before();

        var delivery = await agency.Sidecar.Deliver("pubsub", Agency.Replies, new Reply(BookFlight.Topic, "nobody", "flight", 1, Done: true));

        Assert.Equal(503, delivery.Status);
        Assert.Equal(422, (await agency.Sidecar.Deliveries.First(again => again.Id == delivery.Id && again.Status != 503)).Status);
    }

    [Fact]
    public async Task A_reply_that_comes_after_the_end_is_noted_and_acknowledged()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        await agency.Complete("t1");
        var before = await agency.Ended("t1");

        await agency.Reply(new Reply(CancelHotel.Topic, "t1", "hotel", 1, Done: true));
        await agency.Reply(new Reply(CancelHotel.Topic, "t1", "hotel", 1, Done: true));

        var after = await agency.Ended("t1");
        Assert.Equal((SagaState.Completed, "late-reply"), (after.State, after.Trail[^1].What));
        Assert.Equal(before.Trail.Count + 1, after.Trail.Count);
    }

    [Theory]
    [InlineData("{\"command\":\"flights.book\",\"sagaId\":\"nobody\",\"step\":\"flight\",\"attempt\":1,\"done\":true}", "no saga nobody")]
    [InlineData("{\"command\":\"flights.book\",\"sagaId\":\"a|b\",\"step\":\"flight\",\"attempt\":1,\"done\":true}", "A reply has")]
    [InlineData("{\"done\":true}", "JsonException")]
    [InlineData("[]", "JsonException")]
    public async Task A_reply_for_no_saga_of_ours_is_parked_with_the_reason(string reply, string reason)
    {
        await using var agency = await Agency.Start();
        agency.Sidecar.Log.ExpectAnything();

        var delivery = await agency.Sidecar.Deliver("pubsub", Agency.Replies, System.Text.Json.JsonElement.Parse(reply));

        Assert.Equal(422, delivery.Status);
        var parked = (await agency.Get("/parked")).Body.GetProperty("items");
        Assert.Contains(reason, parked[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }
}
