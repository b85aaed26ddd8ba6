using System.Text.Json;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Machine;
using Sidecar.Testing;

namespace Sagas.Tests.Orchestrator;

public sealed class StartTests
{
    [Fact]
    public async Task A_saga_its_data_the_lists_of_its_keys_and_the_message_that_begins_it_are_one_transaction_with_the_key_of_the_request()
    {
        await using var agency = await Agency.Start();

        await agency.Begin("t1", key: "k1");

        var transaction = Assert.Single(agency.Sidecar.Calls, call => call.Name == Call.ExecuteStateTransaction);
        Assert.Equal(["idempotency", "index", "outbox", "saga", "saga-data"], transaction.Keys.Select(key => key.Split('|')[0]).Order(StringComparer.Ordinal));
        await agency.Complete("t1");
        await agency.Ended("t1");
    }

    [Fact]
    public async Task An_ordinary_step_costs_one_save_and_one_publish()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        await agency.Command<BookFlight>(BookFlight.Topic, "t1");
        await agency.Done(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        await agency.Command<BookHotel>(BookHotel.Topic, "t1");
        var before = agency.Sidecar.Calls.Count;

        await agency.Done(BookHotel.Topic, await agency.Command<BookHotel>(BookHotel.Topic, "t1"));
        await agency.Command<Pay>(Pay.Topic, "t1");
        await agency.Sidecar.Calls.First(call => call.Keys.Contains("saga-log|t1|3"));

        var calls = agency.Sidecar.Calls.Skip(before).Where(call => call.Component is Agency.Store or "pubsub" && !call.Keys.Any(key => key.StartsWith("outbox", StringComparison.Ordinal) || key.StartsWith("index", StringComparison.Ordinal)));
        Assert.Equal([Call.PublishEvent, Call.SaveState], calls.Select(call => call.Name).Order(StringComparer.Ordinal));
        await agency.Done(Pay.Topic, await agency.Command<Pay>(Pay.Topic, "t1"));
        await agency.Done(SendTickets.Topic, await agency.Command<SendTickets>(SendTickets.Topic, "t1"));
        await agency.Ended("t1");
    }

    [Fact]
    public async Task A_second_start_while_it_runs_and_one_after_its_end_find_the_first_and_have_no_effect()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1", "Ada");
        await agency.Command<BookFlight>(BookFlight.Topic, "t1");

        Assert.Equal(202, (await agency.Begin("t1", "Bob")).Status);
        await agency.Complete("t1");
        await agency.Ended("t1");
        Assert.Equal(201, (await agency.Begin("t1", "Eve", wait: 10)).Status);

        Assert.Equal("Ada", Assert.Single(agency.Sidecar.Published(BookFlight.Topic)).Read<BookFlight>(StoredJson.Options).Traveller);
        Assert.Equal(9, (await agency.Ended("t1")).Trail.Count);
    }

    [Fact]
    public async Task Two_starts_at_once_make_one_saga()
    {
        await using var agency = await Agency.Start();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => agency.Begin("t1", key: i % 2 == 0 ? "same" : $"k{i}")));

        Assert.All(answers, answer => Assert.Equal(202, answer.Status));
        await agency.Complete("t1");
        await agency.Ended("t1");
        Assert.Single(agency.Sidecar.Published(BookFlight.Topic));
    }

    [Fact]
    public async Task A_workflow_of_a_finished_saga_that_is_started_once_more_ends_with_the_recorded_outcome()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        await agency.Complete("t1");
        await agency.Ended("t1");
        await agency.Sidecar.Workflows.End("t1");
        var head = await agency.Sidecar.State<JsonElement>(Agency.Store, "saga|t1");

        foreach (var run in new[] { head.GetProperty("runId").GetString(), "another" })
        {
            await agency.Sidecar.Workflows.Start(nameof(Trip), new { sagaId = "t1", runId = run }, "t1");
            Assert.Equal("Completed", (await agency.Sidecar.Workflows.End("t1")).Output<string>());
        }

        Assert.Single(agency.Sidecar.Published(BookFlight.Topic));
        Assert.Equal(head.GetProperty("version").GetInt64(), (await agency.Sidecar.State<JsonElement>(Agency.Store, "saga|t1")).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_workflow_of_another_run_ends_and_leaves_the_saga_alone()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");
        await agency.Command<BookFlight>(BookFlight.Topic, "t1");

        await agency.Sidecar.Workflows.Start(nameof(Trip), new { sagaId = "t1", runId = "another" }, "t1-again");

        Assert.Equal("Pending", (await agency.Sidecar.Workflows.End("t1-again")).Output<string>());
        await agency.Complete("t1");
        Assert.Equal(SagaState.Completed, (await agency.Ended("t1")).State);
        Assert.Single(agency.Sidecar.Published(BookFlight.Topic));
    }

    [Fact]
    public async Task Data_that_is_too_large_and_an_id_that_cannot_be_one_start_nothing()
    {
        await using var agency = await Agency.Start(options => options.Setting("Sagas:MostDataBytes", "300"));

        Assert.Equal((413, "saga-data-too-large"), Problem(await agency.Begin("t1", new string('a', 400))));
        Assert.Equal((422, "saga-id-unfit"), Problem(await agency.Begin("t%7C1")));
        Assert.Equal((404, "saga-unknown"), Problem(await agency.Get("/sagas/t1")));
    }

    [Fact]
    public async Task An_id_of_another_kind_of_saga_is_refused()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1");

        Assert.Equal((409, "saga-id-taken"), Problem(await agency.Ask(HttpMethod.Post, "/holidays/t1", new HolidayData("Ada", "Rome"))));
        await agency.Complete("t1");
        await agency.Ended("t1");
    }

    [Fact]
    public async Task No_person_is_named_but_in_the_data_which_goes_with_the_end()
    {
        await using var agency = await Agency.Start();
        await agency.Begin("t1", "Ada Lovelace", city: "Babbagetown", key: "k1");
        await agency.Command<BookFlight>(BookFlight.Topic, "t1");
        Assert.Equal("Ada Lovelace", (await agency.Sidecar.State<JsonElement>(Agency.Store, "saga-data|t1")).GetProperty("traveller").GetString());

        await agency.Complete("t1");
        await agency.Ended("t1");
        await agency.Sidecar.Published("agency.saga-news").First(2);

        var written = new List<string>();
        foreach (var key in agency.Sidecar.Keys(Agency.Store))
        {
            written.Add((await agency.Sidecar.State<JsonElement>(Agency.Store, key)) is { ValueKind: not JsonValueKind.Undefined } state ? state.GetRawText() : "");
        }

        var file = Path.GetTempFileName();
        (await agency.Sidecar.Workflows.History("t1")).WriteTo(file);
        written.Add(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        written.AddRange(agency.Sidecar.Log.Lines.Select(line => line.ToString()!));
        written.Add((await agency.Get("/sagas/t1")).Body.GetRawText());
        Assert.Contains("flight-t1", string.Join('\n', written), StringComparison.Ordinal);
        Assert.DoesNotContain(written, text => text.Contains("Lovelace", StringComparison.Ordinal) || text.Contains("Babbagetown", StringComparison.Ordinal));
        Assert.Equal("***", (await agency.Get("/sagas/t1")).Body.GetProperty("trail")[0].GetProperty("request").GetProperty("traveller").GetString());
    }

    private static (int, string?) Problem((int Status, JsonElement Body) answer) => (answer.Status, answer.Body.GetProperty("type").GetString());
}
