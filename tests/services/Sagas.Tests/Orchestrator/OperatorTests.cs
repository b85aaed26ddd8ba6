using System.Text.Json;
using Library.Sagas.Orchestrator.Machine;
using Tokens;

namespace Sagas.Tests.Orchestrator;

public sealed class OperatorTests
{
    [Fact]
    public async Task Retry_sends_a_new_attempt_of_what_is_stuck()
    {
        await using var agency = await Agency.Start();
        var stop = await Stuck(agency);

        Assert.Equal(202, (await agency.Say("retry", "t1", "tickets", stop.Occurrence)).Status);
        await agency.Done(SendTickets.Topic, await agency.Command<SendTickets>(SendTickets.Topic, "t1", attempt: 2));

        var saga = await agency.Ended("t1");
        Assert.Equal((SagaState.Completed, 2), (saga.State, saga.Steps[3].Attempts));
    }

    [Fact]
    public async Task Skip_takes_the_step_as_done_and_who_when_and_why_stand_in_the_trail()
    {
        await using var agency = await Agency.Start();
        var stop = await Stuck(agency);

        Assert.Equal(202, (await agency.Say("skip", "t1", "tickets", stop.Occurrence, new { id = "by-hand", version = 3 }, "Printed at the desk.")).Status);

        var saga = await agency.Ended("t1");
        Assert.Equal((SagaState.Completed, "by-hand"), (saga.State, saga.Output("tickets")!.Id));
        var told = Assert.Single(saga.Trail, line => line.What == "told-skip");
        Assert.Equal(("u-operator", "Printed at the desk.", "tickets", 1), (told.By, told.Why, told.Step, told.Occurrence));
    }

    [Fact]
    public async Task Resume_waits_on_for_the_answer_of_what_was_sent()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        var flight = await agency.Command<BookFlight>(BookFlight.Topic, "t1");
        await agency.Refused(BookFlight.Topic, flight);
        var stop = (await agency.Is("t1", SagaState.Stuck)).Stop!;
        Assert.Equal("answer-not-understood", stop.Reasons[0].Code);

        Assert.Equal(202, (await agency.Say("resume", "t1", "flight", stop.Occurrence)).Status);
        await agency.Complete("t1");

        Assert.Equal(SagaState.Completed, (await agency.Ended("t1")).State);
        Assert.Single(agency.Sidecar.Published(BookFlight.Topic));
    }

    [Fact]
    public async Task Compensate_undoes_all_and_the_saga_ends_aborted()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        await agency.Refused(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        var stop = (await agency.Is("t1", SagaState.Stuck)).Stop!;

        Assert.Equal(202, (await agency.Say("compensate", "t1", "flight", stop.Occurrence)).Status);
        await agency.Done(CancelFlight.Topic, await agency.Command<CancelFlight>(CancelFlight.Topic, "t1"));

        Assert.Equal(SagaState.Aborted, (await agency.Ended("t1")).State);
    }

    [Fact]
    public async Task A_refused_undo_is_tried_again_and_then_marked_as_done_by_hand()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        await agency.Done(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        await agency.Refused(BookHotel.Topic, await agency.Command<BookHotel>(BookHotel.Topic, "t1"), "full");
        await agency.Refused(CancelFlight.Topic, await agency.Command<CancelFlight>(CancelFlight.Topic, "t1"), "departed");
        var first = (await agency.Is("t1", SagaState.Stuck)).Stop!;
        Assert.Equal((Direction.Back, "departed"), (first.Direction, first.Reasons[0].Code));

        await agency.Say("retry", "t1", "flight", first.Occurrence);
        await agency.Refused(CancelFlight.Topic, await agency.Command<CancelFlight>(CancelFlight.Topic, "t1", attempt: 2), "departed");
        var second = (await agency.Is("t1", SagaState.Stuck, occurrence: 2)).Stop!;
        Assert.Equal((409, "stop-is-another"), Problem(await agency.Say("mark-compensated", "t1", "flight", first.Occurrence)));
        Assert.Equal(202, (await agency.Say("mark-compensated", "t1", "flight", second.Occurrence)).Status);

        var saga = await agency.Ended("t1");
        Assert.Equal((SagaState.Compensated, "full"), (saga.State, Assert.Single(saga.Reasons).Code));
        Assert.Equal("undone", saga.Steps[0].State);
    }

    [Fact]
    public async Task Verbs_that_do_not_fit_and_words_that_say_too_little_are_refused_with_what_to_do()
    {
        await using var agency = await Agency.Start();
        Assert.Equal((404, "saga-unknown"), Problem(await agency.Say("retry", "nobody", "flight", 1)));
        await agency.Begin("t1");
        await agency.Command<BookFlight>(BookFlight.Topic, "t1");
        Assert.Equal((409, "saga-not-stopped"), Problem(await agency.Say("retry", "t1", "flight", 1)));
        var stop = await StuckOn(agency);

        var (status, body) = await agency.Say("compensate", "t1", "tickets", stop.Occurrence);
        Assert.Equal((409, "verb-unfit"), Problem((status, body)));
        Assert.Contains("What fits now: retry, skip, resume.", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((409, "verb-unfit"), Problem(await agency.Say("mark-compensated", "t1", "tickets", stop.Occurrence)));
        Assert.Equal((409, "stop-is-another"), Problem(await agency.Say("retry", "t1", "hotel", stop.Occurrence)));
        var unclear = await agency.Say("retry", "t1", "", 0, new { id = "x" }, reason: " ");
        Assert.Equal((422, "verb-unclear"), Problem(unclear));
        Assert.Equal(["reason-missing", "stop-missing", "output-unwanted"], unclear.Body.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString()));
        Assert.Equal(404, (await agency.Ask(HttpMethod.Post, "/sagas/t1/explode", new { })).Status);

        await agency.Say("skip", "t1", "tickets", stop.Occurrence);
        await agency.Ended("t1");
        Assert.Equal((409, "saga-ended"), Problem(await agency.Say("retry", "t1", "tickets", stop.Occurrence)));
    }

    [Fact]
    public async Task Of_many_clicks_one_counts()
    {
        await using var agency = await Agency.Start();
        var stop = await Stuck(agency);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => agency.Say("retry", "t1", "tickets", stop.Occurrence)));

        Assert.Single(answers, answer => answer.Status == 202);
        Assert.All(answers.Where(answer => answer.Status != 202), answer => Assert.Contains(Problem(answer).Item2, new[] { "already-told", "saga-not-stopped", "race-lost" }));
        await agency.Done(SendTickets.Topic, await agency.Command<SendTickets>(SendTickets.Topic, "t1", attempt: 2));
        await agency.Ended("t1");
        Assert.Equal(2, agency.Sidecar.Published(SendTickets.Topic).Count);
    }

    [Fact]
    public async Task Only_operators_see_and_mend_sagas()
    {
        await using var agency = await Agency.Start();
        foreach (var (token, status) in new[] { (TestIssuer.Reader("r1"), 403), (TestIssuer.Staff, 403), (TestIssuer.Operator, 200), (TestIssuer.Admin, 200), ("nonsense", 401) })
        {
            Assert.Equal(status, (await agency.Get("/sagas", token)).Status);
            Assert.Equal(status == 200 ? 404 : status, (await agency.Get("/sagas/t1", token)).Status);
            Assert.Equal(status == 200 ? 404 : status, (await agency.Say("retry", "t1", "x", 1, token: token)).Status);
        }
    }

    [Fact]
    public async Task Sagas_are_found_by_type_state_id_and_key_newest_first_page_by_page()
    {
        await using var agency = await Agency.Start();
        foreach (var id in new[] { "t1", "t2", "t3" })
        {
            await agency.Begin(id, group: id == "t3" ? "g2" : "g1");
            await agency.Command<BookFlight>(BookFlight.Topic, id);
        }

        await agency.Refused(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t2"));
        await agency.Is("t2", SagaState.Stuck);
        await agency.Complete("t1");
        await agency.Ended("t1");
        await Task.WhenAll(agency.Heard("t1"), agency.Heard("t2"), agency.Heard("t3"));

        Assert.Equal(["t3", "t2", "t1"], await Found(agency, ""));
        Assert.Equal(["t3", "t2", "t1"], await Found(agency, "type=Trip"));
        Assert.Empty(await Found(agency, "type=Holiday"));
        Assert.Equal(["t1"], await Found(agency, "state=completed"));
        Assert.Equal(["t2"], await Found(agency, "state=stuck&type=Trip"));
        Assert.Equal(["t3"], await Found(agency, "state=running"));
        Assert.Equal(["t2"], await Found(agency, "q=t2"));
        Assert.Equal(["t2", "t1"], await Found(agency, "q=group-g1"));
        Assert.Equal(["t1"], await Found(agency, "q=group-g1&state=completed"));
        Assert.Empty(await Found(agency, "q=Ada"));
        var (_, first) = await agency.Get("/sagas?limit=2");
        Assert.Equal(["t1"], await Found(agency, $"limit=2&after={first.GetProperty("next").GetString()}"));
        Assert.Equal((400, "state-unclear"), Problem(await agency.Get("/sagas?state=broken")));
        Assert.Equal((400, "limit-unclear"), Problem(await agency.Get("/sagas?limit=0")));
        Assert.Equal("flight", (await agency.Get("/sagas?state=stuck")).Body.GetProperty("items")[0].GetProperty("stop").GetProperty("step").GetString());
    }

    private static async Task<string[]> Found(Agency agency, string query) =>
        [.. (await agency.Get($"/sagas?{query}")).Body.GetProperty("items").EnumerateArray().Select(saga => saga.GetProperty("id").GetString()!)];

    private static (int, string?) Problem((int Status, JsonElement Body) answer) => (answer.Status, answer.Body.GetProperty("type").GetString());

    private static async Task<Stop> Stuck(Agency agency)
    {
        await agency.Begin("t1");
        return await StuckOn(agency);
    }

    private static async Task<Stop> StuckOn(Agency agency)
    {
        await agency.Done(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        await agency.Done(BookHotel.Topic, await agency.Command<BookHotel>(BookHotel.Topic, "t1"));
        await agency.Done(Pay.Topic, await agency.Command<Pay>(Pay.Topic, "t1"));
        await agency.Refused(SendTickets.Topic, await agency.Command<SendTickets>(SendTickets.Topic, "t1"), "no-printer");
        return (await agency.Is("t1", SagaState.Stuck)).Stop!;
    }
}
