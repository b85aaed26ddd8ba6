using Library.Sagas.Orchestrator.Machine;
using Sidecar.Testing;

namespace Sagas.Tests.Orchestrator;

public sealed class WaitTests
{
    [Fact]
    public async Task Whoever_waits_is_answered_when_the_saga_has_completed()
    {
        await using var agency = await Agency.Start();

        var answer = agency.Begin("t1", wait: 20);
        await agency.Complete("t1");

        Assert.Equal(201, (await answer).Status);
    }

    [Fact]
    public async Task Whoever_waits_is_told_all_reasons_when_it_was_undone()
    {
        await using var agency = await Agency.Start();

        var answer = agency.Begin("t1", wait: 20);
        await agency.Refused(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"), "no-passport", "no-visa");

        var (status, body) = await answer;
        Assert.Equal((409, 2), (status, body.GetProperty("reasons").GetArrayLength()));
    }

    [Fact]
    public async Task Whoever_has_waited_long_enough_is_answered_202()
    {
        await using var agency = await Agency.Start();

        Assert.Equal(202, (await agency.Begin("t1", wait: 0.3)).Status);
        Assert.Equal(400, (await agency.Begin("t2", wait: 61)).Status);
        await agency.Complete("t1");
        await agency.Ended("t1");
    }

    [Fact]
    public async Task A_repetition_under_the_same_key_waits_for_the_same_saga()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1", key: "k1");

        var again = agency.Begin("t1", key: "k1", wait: 20);
        await agency.Complete("t1");

        Assert.Equal(201, (await again).Status);
        Assert.Equal(201, (await agency.Begin("t1", key: "k1", wait: 5)).Status);
    }

    [Fact]
    public async Task Whoever_waits_at_one_replica_is_answered_when_another_one_ends_it()
    {
        await using var agency = await Agency.Start(replicas: 2);

        for (var i = 0; i < 4; i++)
        {
            var (id, before) = ($"t{i}", agency.Sidecar.Calls.Count);
            var answers = new[] { agency.Begin(id, wait: 20, replica: 0), agency.Begin(id, wait: 20, replica: 1) };
            await agency.Complete(id);

            Assert.All(await Task.WhenAll(answers), answer => Assert.Equal(201, answer.Status));
            Assert.InRange(agency.Sidecar.Calls.Skip(before).Count(call => call.Name == Call.GetState && call.Keys.Contains($"saga|{id}")), 1, 16);
        }
    }
}
