using System.Diagnostics;
using Library.Defaults.Web.Telemetry;
using Library.Sagas.Orchestrator.Machine;

namespace Sagas.Tests.Orchestrator;

public sealed class TimeTests
{
    [Fact]
    public async Task A_participant_that_does_not_answer_is_waited_for_until_the_deadline_and_then_all_is_undone()
    {
        await using var agency = await Agency.Start(isClockHeld: true);
        var began = agency.Sidecar.Clock.GetUtcNow();
        await agency.Begin("t1");
        await agency.Done(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        var hotel = await agency.Command<BookHotel>(BookHotel.Topic, "t1");

        await agency.Sidecar.AdvanceUntil(() => agency.Sidecar.Published("agency.saga-news").Any(message => message.Text.Contains("waiting", StringComparison.Ordinal)), TimeSpan.FromSeconds(1));
        var waiting = await agency.Is("t1", SagaState.Waiting);
        Assert.Equal(("hotel", "hotels"), (waiting.Stop!.Step, waiting.Stop.Participant));
        await agency.Sidecar.AdvanceUntil(() => agency.Sidecar.Published(CancelHotel.Topic).Count > 0, TimeSpan.FromSeconds(10));
        Assert.True(agency.Sidecar.Clock.GetUtcNow() - began >= TimeSpan.FromMinutes(5));
        await agency.Done(CancelHotel.Topic, await agency.Command<CancelHotel>(CancelHotel.Topic, "t1"));
        await agency.Done(BookHotel.Topic, hotel);
        await agency.Done(CancelFlight.Topic, await agency.Command<CancelFlight>(CancelFlight.Topic, "t1"));

        await agency.Sidecar.AdvanceUntil(() => agency.Sidecar.Published("agency.saga-news").Any(message => message.Text.Contains("compensated", StringComparison.Ordinal)));
        var saga = await agency.Records.Find("t1", TestContext.Current.CancellationToken);
        Assert.Equal((SagaState.Compensated, "deadline"), (saga!.State, Assert.Single(saga.Reasons).Code));
        Assert.Single(agency.Sidecar.Published(BookHotel.Topic));
        await agency.Sidecar.AdvanceUntil(() => agency.Sidecar.Deliveries.Any(delivery => delivery.Id.StartsWith("saga/t1/4", StringComparison.Ordinal) && delivery.Status is not null));
    }

    [Fact]
    public async Task A_step_that_is_tried_a_hundred_times_goes_on_in_a_new_history()
    {
        await using var agency = await Agency.Start();
        await agency.Ask(HttpMethod.Post, "/letters/l1", new LetterData("Rome"));

        for (var attempt = 1; attempt <= 60; attempt++)
        {
            await agency.Refused(PostLetter.Topic, await agency.Command<PostLetter>(PostLetter.Topic, "l1", attempt), "no-stamp");
        }

        await agency.Done(PostLetter.Topic, await agency.Command<PostLetter>(PostLetter.Topic, "l1", 61));

        var saga = await agency.Ended("l1");
        Assert.Equal((SagaState.Completed, 61), (saga.State, saga.Steps[0].Attempts));
        Assert.Equal(123, saga.Trail.Count);
        Assert.Equal(("red", "***"), (saga.Trail[0].Request!.Value.GetProperty("colour").GetString(), saga.Trail[0].Request!.Value.GetProperty("token").GetString()));
    }

    [Fact]
    public async Task A_step_whose_command_cannot_be_made_undoes_the_saga_instead_of_being_tried_for_ever()
    {
        await using var agency = await Agency.Start();
        agency.Sidecar.Log.Expect("could not be made");

        await agency.Ask(HttpMethod.Post, "/letters/l1", new LetterData(null));

        Assert.Equal((SagaState.Compensated, "step-failed"), ((await agency.Ended("l1")).State, (await agency.Ended("l1")).Reasons[0].Code));
    }

    [Fact]
    public async Task A_saga_whose_workflow_was_lost_is_started_again_and_finds_what_its_steps_have_done()
    {
        await using var agency = await Agency.Start(options => options.Setting("Sagas:WatchEvery", "00:00:01"));
        await agency.Begin("t1");
        await agency.Done(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        await agency.Command<BookHotel>(BookHotel.Topic, "t1");

        await agency.Sidecar.Workflows.Terminate("t1");
        await agency.Sidecar.Published(BookFlight.Topic).First(2, TimeSpan.FromSeconds(30));
        await agency.Complete("t1");

        Assert.Equal(SagaState.Completed, (await agency.Ended("t1")).State);
    }

    [Fact]
    public async Task A_saga_that_is_stuck_and_lost_its_workflow_can_be_mended_after_it_was_started_again()
    {
        await using var agency = await Agency.Start(options => options.Setting("Sagas:WatchEvery", "00:00:01"));
        await agency.Begin("t1");
        await agency.Refused(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        var first = (await agency.Is("t1", SagaState.Stuck)).Stop!;

        await agency.Sidecar.Workflows.Terminate("t1");
        await agency.Sidecar.Published(BookFlight.Topic).First(2, TimeSpan.FromSeconds(30));
        await agency.Refused(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        await agency.Is("t1", SagaState.Stuck, occurrence: first.Occurrence + 1);
        Assert.Equal(409, (await agency.Say("retry", "t1", "flight", first.Occurrence)).Status);
        Assert.Equal(202, (await agency.Say("compensate", "t1", "flight", first.Occurrence + 1)).Status);
        await agency.Done(CancelFlight.Topic, await agency.Command<CancelFlight>(CancelFlight.Topic, "t1"));

        Assert.Equal(SagaState.Aborted, (await agency.Ended("t1")).State);
    }

    [Fact]
    public async Task Live_sagas_are_counted_and_one_that_stands_still_for_too_long_is_flagged()
    {
        await using var agency = await Agency.Start(options => options.Setting("Sagas:TooLong", "00:00:01").Setting("Sagas:WatchEvery", "00:00:01").Setting("Web:Metrics", "true"));
        await agency.Begin("t1");
        await agency.Refused(BookFlight.Topic, await agency.Command<BookFlight>(BookFlight.Topic, "t1"));
        await agency.Is("t1", SagaState.Stuck);
        await agency.Heard("t1");

        await agency.Sidecar.Log.Lines.First(line => line.Text.Contains("has stood still", StringComparison.Ordinal));
        using var answer = await agency.Replicas[0].Http.GetAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        var metrics = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Matches("library_saga_live[^\n]*Stuck[^\n]* 1", metrics);
        await agency.Say("compensate", "t1", "flight", 1);
        await agency.Done(CancelFlight.Topic, await agency.Command<CancelFlight>(CancelFlight.Topic, "t1"));
        await agency.Ended("t1");
    }

    [Fact]
    public async Task Spans_of_a_saga_carry_its_id_type_and_step_and_belong_to_the_trace_of_the_request()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Tracing.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var agency = await Agency.Start();
        await using var desk = new Desk(agency.Sidecar);
        var id = $"span-{Guid.NewGuid():N}";
        using (var root = new Activity("client").SetIdFormat(ActivityIdFormat.W3C))
        {
            root.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            root.Start();
            await agency.Begin(id);
        }

        await agency.Ended(id);
        var mine = spans.Where(span => (string?)span.GetTagItem("saga.id") == id && (string?)span.GetTagItem("saga.type") == nameof(Trip)).ToList();
        Assert.Equal(["flight", "hotel", "payment", "tickets"], mine.Select(span => span.GetTagItem("saga.step")).OfType<string>());
        Assert.Single(mine.Select(span => span.TraceId).Distinct());
    }
}
