using System.Collections.Concurrent;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Sagas.Tests.Orchestrator;

/// <summary>Three calls of three participants that know nothing of sagas.</summary>
public sealed class HolidayTests
{
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();

    [Fact]
    public async Task Three_calls_that_succeed_complete_the_saga()
    {
        await using var agency = await Start();

        Assert.Equal(201, (await agency.Ask(HttpMethod.Post, "/holidays/h1?wait=20", new HolidayData("Ada", "Rome"))).Status);

        Assert.Equal(["airline POST h1/book-seat/do/1", "hotel POST h1/book-room/do/1", "garage POST h1/book-car/do/1"], _calls);
        Assert.Equal("airline-h1", (await Saga(agency)).Output("book-seat")!.Id);
    }

    [Fact]
    public async Task A_refused_call_undoes_those_before_it_in_reverse_and_is_not_repeated()
    {
        await using var agency = await Start();
        _answers["garage POST"] = 409;

        Assert.Equal(409, (await agency.Ask(HttpMethod.Post, "/holidays/h1?wait=20", new HolidayData("Ada", "Rome"))).Status);

        Assert.Equal(["garage POST h1/book-car/do/1", "hotel DELETE h1/book-room/undo/1", "airline DELETE h1/book-seat/undo/1"], _calls.Skip(2));
        var saga = await Saga(agency);
        Assert.Equal((SagaState.Compensated, "garage-says-no"), (saga.State, Assert.Single(saga.Reasons).Code));
    }

    [Fact]
    public async Task A_participant_that_is_down_is_waited_for_and_spared_and_the_saga_goes_on_when_it_is_back()
    {
        await using var agency = await Start();
        _answers["hotel POST"] = 503;

        Assert.Equal(202, (await agency.Ask(HttpMethod.Post, "/holidays/h1", new HolidayData("Ada", "Rome"))).Status);
        var waiting = await agency.Is("h1", SagaState.Waiting);
        Assert.Equal(("book-room", "hotel"), (waiting.Stop!.Step, waiting.Stop.Participant));
        await Task.WhenAll(Enumerable.Range(2, 8).Select(i => agency.Ask(HttpMethod.Post, $"/holidays/h{i}", new HolidayData("Ada", "Rome"))));
        await Task.WhenAll(Enumerable.Range(2, 8).Select(i => agency.Is($"h{i}", SagaState.Waiting)));
        var calls = _calls.Count(call => call.StartsWith("hotel", StringComparison.Ordinal));
        Assert.True(calls < 9 * 3, $"{calls} calls were made of a participant that was down.");

        _answers.Clear();
        for (var i = 1; i <= 9; i++)
        {
            Assert.Equal(SagaState.Completed, (await agency.Ended($"h{i}")).State);
        }

        Assert.Equal(1, (await Saga(agency)).Steps[1].Attempts);
    }

    [Fact]
    public async Task A_refused_undo_is_stuck_until_it_is_marked_as_done_by_hand()
    {
        await using var agency = await Start();
        _answers["garage POST"] = 409;
        _answers["hotel DELETE"] = 404;
        await agency.Ask(HttpMethod.Post, "/holidays/h1", new HolidayData("Ada", "Rome"));

        var stuck = await agency.Is("h1", SagaState.Stuck);
        Assert.Equal(("book-room", Direction.Back, "hotel-says-no"), (stuck.Stop!.Step, stuck.Stop.Direction, stuck.Stop.Reasons[0].Code));
        Assert.Equal(202, (await agency.Say("mark-compensated", "h1", "book-room", stuck.Stop.Occurrence)).Status);

        Assert.Equal(SagaState.Compensated, (await agency.Ended("h1")).State);
        Assert.Equal("airline DELETE h1/book-seat/undo/1", _calls.Last());
    }

    private static Task<SagaRecord> Saga(Agency agency) => agency.Ended("h1");

    private async Task<Agency> Start()
    {
        var agency = await Agency.Start();
        foreach (var (app, things) in new[] { ("airline", "seats"), ("hotel", "rooms"), ("garage", "cars") })
        {
            await agency.Sidecar.Simulate(app, web =>
            {
                web.MapPost($"/{things}", (HttpContext http) => Answer(app, http));
                web.MapDelete($"/{things}/{{id}}", (HttpContext http) => Answer(app, http));
            });
        }

        return agency;
    }

    private IResult Answer(string app, HttpContext http)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        _calls.Enqueue($"{app} {http.Request.Method} {key}");
        var status = _answers.GetValueOrDefault($"{app} {http.Request.Method}", 200);
        return status == 200 ? TypedResults.Ok(new { id = $"{app}-{key.Split('/')[0]}", version = 1 })
            : TypedResults.Problem("No.", statusCode: status, type: $"{app}-says-no");
    }
}
