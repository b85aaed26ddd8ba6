using System.Diagnostics;
using Library.Contracts;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Running;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Testing;

namespace Sagas.Tests.Orchestrator;

public sealed class ReplyTests
{
    [Theory]
    [InlineData("00:00:05", 1, 1)]
    [InlineData("00:00:00", 2, 4)]
    public async Task Replies_are_no_events_while_the_step_listens_but_for_the_first(string listening, int fewest, int most)
    {
        await using var agency = await Agency.Start(options => options.Setting("Sagas:Listening", listening));
        await agency.Begin("t1");
        await agency.Complete("t1");
        await agency.Ended("t1");

        Assert.InRange(await Events(agency, "t1"), fewest, most);
    }

    [Fact]
    public async Task A_reply_that_another_process_took_does_not_wait_for_the_step_that_listens()
    {
        await using var agency = await Agency.Start(options => options.Setting("Sagas:Listening", "00:00:05"));
        await agency.Begin("t1");
        await agency.Done(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        var hotel = await agency.Command<BookHotel>(BookHotel.Topic, "t1");
        var began = Stopwatch.GetTimestamp();

        await agency.Sidecar.Workflows.Raise("t1", EventNames.Reply(BookHotel.Topic, "hotel", 1), new Reply(BookHotel.Topic, "t1", hotel.Step, 1, Done: true, "h1", 1));
        var pay = await agency.Command<Pay>(Pay.Topic, "t1");

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(4));
        await agency.Done(Pay.Topic, pay);
        await agency.Done(SendTickets.Topic, await agency.Command<SendTickets>(SendTickets.Topic, "t1"));
        Assert.Equal(9, (await agency.Ended("t1")).Trail.Count);
    }

    [Fact]
    public async Task A_reply_that_was_heard_by_a_process_that_dies_is_asked_for_again()
    {
        await using var agency = await Agency.Start(options => options.Setting("Sagas:Listening", "00:00:05"));
        await agency.Begin("t1");
        await agency.Done(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        var hotel = await agency.Command<BookHotel>(BookHotel.Topic, "t1");
        agency.Sidecar.Log.ExpectAnything();
        using (var lost = agency.Replicas[0].Services.GetRequiredService<LiveSagas>().Listen("t1", EventNames.Reply(BookHotel.Topic, hotel.Step, 1)))
        {
            await agency.Done(BookHotel.Topic, hotel);
            Assert.NotNull(await lost.Hear(TimeSpan.FromSeconds(5), TimeProvider.System));
            agency.Replicas[0].Kill();
            agency.Replicas.Clear();
        }

        await agency.Run();
        await agency.Sidecar.Published(BookHotel.Topic).First(2);
        await agency.Done(BookHotel.Topic, hotel);
        await agency.Done(Pay.Topic, await agency.Command<Pay>(Pay.Topic, "t1"));
        await agency.Done(SendTickets.Topic, await agency.Command<SendTickets>(SendTickets.Topic, "t1"));

        Assert.Equal(SagaState.Completed, (await agency.Ended("t1")).State);
        Assert.Single(agency.Sidecar.Published(Pay.Topic));
    }

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

    private static async Task<int> Events(Agency agency, string id)
    {
        var file = Path.GetTempFileName();
        (await agency.Sidecar.Workflows.History(id)).WriteTo(file);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        return text.Split("\"eventRaised\"").Length - 1;
    }
}
