using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;

namespace Workflow.Tests.Turns;

public sealed class StateTests
{
    [Fact]
    public void Before_the_first_turn_only_its_waiting_is_told()
    {
        var one = new OneInstance();
        var got = one.State.View().ToState(payloads: true, watched: false);
        Assert.Equal(
            new WorkflowState
            {
                InstanceId = Id,
                WorkflowStatus = OrchestrationStatus.Pending,
                CreatedTimestamp = new Timestamp { Seconds = -62135596800 },
                LastUpdatedTimestamp = new Timestamp { Seconds = -62135596800 },
            },
            got);
        Assert.Equal("Order", one.State.View().ToState(payloads: true, watched: true).Name);
    }

    [Fact]
    public void Times_are_those_of_events()
    {
        var one = new OneInstance();
        one.Answer();
        var state = one.State.View().ToState(payloads: false, watched: false);
        Assert.Equal((one.History[1].Timestamp, one.History[1].Timestamp, one.History[0].Timestamp), (state.CreatedTimestamp, state.LastUpdatedTimestamp, state.StartedAt));
        Assert.Null(state.CompletedTimestamp);

        one.Raise("go");
        one.Answer(Complete());
        state = one.State.View().ToState(payloads: false, watched: false);
        Assert.Equal((one.History[1].Timestamp, one.History[^1].Timestamp), (state.CreatedTimestamp, state.LastUpdatedTimestamp));
        Assert.Equal(one.History[^1].Timestamp, state.CompletedTimestamp);
    }

    [Fact]
    public void Payloads_are_told_only_on_request()
    {
        var one = new OneInstance();
        one.Answer(response => response.CustomStatus = "s", Complete(result: "1"));
        var (with, without) = (one.State.View().ToState(true, false), one.State.View().ToState(false, false));
        Assert.Equal(("\"in\"", "1", "s"), (with.Input, with.Output, with.CustomStatus));
        Assert.Equal((null, null, null), (without.Input, without.Output, without.CustomStatus));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_and_empty_stay_different(string? text)
    {
        var one = new OneInstance(Creation.Started(new CreateInstanceRequest { InstanceId = Id, Name = "Order", Input = text }, App, null, new Timestamp { Seconds = 1 }));
        one.Answer(Task(1, input: text));
        Assert.Equal(text, one.State.OpenActivities[1].Request.Input);
        one.Result(1, text);
        Assert.Equal(text, one.Request().NewEvents[1].TaskCompleted.Result);
        one.Answer(Complete(result: text));

        var restored = Restored(one);
        Assert.Equal((text, text), (restored.View().ToState(true, false).Input, restored.View().ToState(true, false).Output));
    }

    [Fact]
    public void A_custom_status_is_what_the_last_answer_said()
    {
        var one = new OneInstance();
        one.Answer(response => response.CustomStatus = "a", Task(1));
        Assert.Equal("a", one.State.CustomStatus);
        one.Raise("x");
        Assert.Null(one.Answer().CustomStatus);
        one.Raise("x");
        Assert.Equal("", one.Answer(response => response.CustomStatus = "").CustomStatus);
        Assert.Null(one.State.View().ToState(true, watched: false).CustomStatus);
        Assert.Equal("", one.State.View().ToState(true, watched: true).CustomStatus);
    }

    [Fact]
    public void An_answer_that_ran_no_code_leaves_the_custom_status()
    {
        var one = new OneInstance();
        one.Answer(response => response.CustomStatus = "a", Task(1));
        one.Arrive(Arrivals.Suspended(null, one.Now()));
        Assert.Equal("a", one.Answer().CustomStatus);
        one.Arrive(Arrivals.Resumed(null, one.Now()));
        Assert.Null(one.Answer().CustomStatus);
        one.Raise("x");
        one.Answer(response => response.CustomStatus = "b");
        one.Arrive(Arrivals.Terminated(null, recurse: false, one.Now()));
        Assert.Equal("b", one.Answer(Complete(0, null, OrchestrationStatus.Terminated)).CustomStatus);
    }

    [Fact]
    public void A_restored_instance_is_as_it_was()
    {
        var random = new Random(20);
        for (var round = 0; round < 200; round++)
        {
            var one = new OneInstance();
            var rows = new List<(ReadOnlyMemory<byte>, int, string?)>();
            var id = 0;
            for (var turns = random.Next(1, 12); turns > 0 && !one.State.Ended; turns--)
            {
                Disturb(one, random);
                if (one.Begin().Foregone is not null)
                {
                    continue;
                }

                var actions = Enumerable.Range(0, random.Next(4)).Select(_ => AnAction(id++, random)).ToArray();
                var outcome = one.Answer(response => response.CustomStatus = random.Next(2) == 0 ? null : $"{turns}", actions);
                Assert.Equal(TurnKind.Applied, outcome.Kind);
                rows.Add((outcome.Events, outcome.EventCount, outcome.CustomStatus));
            }

            var restored = new InstanceState(Id, App, 1, one.State.Started);
            rows.ForEach(row => restored.Restore(row.Item1, row.Item2, row.Item3));
            Same(one.State, restored);
        }
    }

    internal static InstanceState Restored(OneInstance one)
    {
        var restored = new InstanceState(one.State.InstanceId, App, one.State.Generation, one.State.Started);
        restored.Restore(EventBytes.Write(one.History), one.History.Count, one.State.CustomStatus);
        Same(one.State, restored);
        return restored;
    }

    private static void Same(InstanceState expected, InstanceState actual)
    {
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(expected.OpenActivities.OrderBy(pair => pair.Key).Select(pair => pair.Value.Request), actual.OpenActivities.OrderBy(pair => pair.Key).Select(pair => pair.Value.Request));
        Assert.Equal(expected.OpenTimers.OrderBy(pair => pair.Key), actual.OpenTimers.OrderBy(pair => pair.Key));
        Assert.Equal(expected.OpenChildren.OrderBy(pair => pair.Key), actual.OpenChildren.OrderBy(pair => pair.Key));
        Assert.Equal(expected.Children, actual.Children);
        Assert.Equal(expected.History.Slice().Read(), actual.History.Slice().Read());
        Assert.Equal(expected.View().ToState(true, true), actual.View().ToState(true, true));
        Assert.Equal(expected.Clock, actual.Clock);
    }

    private static void Disturb(OneInstance one, Random random)
    {
        foreach (var id in one.State.OpenActivities.Keys.Where(_ => random.Next(2) == 0).ToList())
        {
            one.Result(id, $"{id}");
        }

        foreach (var id in one.State.OpenTimers.Keys.Where(_ => random.Next(3) == 0).ToList())
        {
            one.Fire(id);
        }

        switch (random.Next(6))
        {
            case 0:
                one.Raise("go", "1");
                break;
            case 1:
                one.Arrive(Arrivals.Suspended("why", one.Now()));
                break;
            case 2:
                one.Arrive(Arrivals.Resumed(null, one.Now()));
                break;
            case 3 when random.Next(4) == 0:
                one.Arrive(Arrivals.Terminated("out", recurse: true, one.Now()));
                break;
        }
    }

    private static WorkflowAction AnAction(int id, Random random) => random.Next(6) switch
    {
        0 => Task(id, "Ship", random.Next(2) == 0 ? null : ""),
        1 => Timer(id, new Timestamp { Seconds = 1_900_000_000 + id, Nanos = 5 }),
        2 => Timer(id, new Timestamp { Seconds = 253402300799, Nanos = 999_999_999 }, "go"),
        3 => Child(id),
        4 when random.Next(4) == 0 => Complete(id, "1"),
        _ => new WorkflowAction { Id = id, SendEvent = new SendEventAction { Name = "x", Instance = new WorkflowInstance { InstanceId = "y" } } },
    };
}
