using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using Kind = Sidecar.Protos.Workflow.HistoryEvent.EventTypeOneofCase;

namespace Workflow.Tests.Turns;

/// <summary>What daprd sent to a JavaScript worker in nine scenes: our turns send the same when that worker answers as it did.</summary>
public sealed partial class RecordedScenesTests
{
    private readonly Dictionary<string, InstanceState> instances = [];
    private readonly Dictionary<string, List<HistoryEvent>> inboxes = [];
    private readonly Queue<ScheduledActivity> activities = [];
    private readonly Queue<TimerToSet> timers = [];
    private ScheduledActivity? running;
    private Turn? turn;

    public static TheoryData<string> Scenes { get; } = [.. Recorded().Select(scene => scene.Key)];

    [Theory]
    [MemberData(nameof(Scenes))]
    public void A_worker_gets_the_same_items_in_the_same_order(string scene)
    {
        foreach (var item in Recorded()[scene]!.AsArray())
        {
            var message = item!["message"]!.AsObject();
            switch (item["kind"]!.GetValue<string>())
            {
                case "Orchestrator":
                    Turn(message);
                    break;
                case "completeOrchestratorTask":
                    Apply(turn!.Apply(Scripted.To<WorkflowResponse>(message), Times.Of(turn)));
                    break;
                case "Activity":
                    running = activities.Dequeue();
                    Same(message, Scripted.Of(running.Request));
                    break;
                case "completeActivityTask":
                    Inbox(message["instanceid"]!.GetValue<string>()).Add(Arrivals.TaskEnded(running!, Scripted.To<ActivityResponse>(message), new Timestamp { Seconds = 5 }));
                    break;
                default:
                    Assert.Fail("an unknown kind of item");
                    break;
            }
        }

        Assert.Empty(activities);
        Assert.All(inboxes, inbox => Assert.Empty(inbox.Value));
        Assert.All(instances.Values, state => Assert.True(state.Ended));
    }

    private void Turn(JsonObject recorded)
    {
        var id = recorded["instanceid"]!.GetValue<string>();
        var events = recorded["neweventsList"]!.AsArray();
        if (!instances.ContainsKey(id))
        {
            Begin(id, events[1]!["executionstarted"]!);
        }

        // Only what came from outside is taken from the recording; the rest has to have arrived by itself.
        foreach (var one in events.Skip(1).Where(one => IsFromOutside(one!.AsObject())))
        {
            Inbox(id).Add(Scripted.To<HistoryEvent>(one!.DeepClone().AsObject()));
        }

        if (events.Any(one => one!.AsObject().ContainsKey("timerfired")))
        {
            Inbox(id).Add(Arrivals.Fired(timers.Dequeue(), new Timestamp { Seconds = 5 }));
        }

        turn = Sidecar.Workflow.Turns.Turn.Begin(instances[id], Inbox(id).Take(events.Count - 1).ToList(), new Timestamp { Seconds = 6 }, new TurnLimits(4 << 20));
        Inbox(id).RemoveRange(0, events.Count - 1);
        Same(recorded, Scripted.Of(WorkItem.Parser.ParseFrom(turn.ToWorkItem("any", 0)).WorkflowRequest));
    }

    private void Begin(string id, JsonNode started)
    {
        var trace = new TraceContext { TraceParent = started["correlationdata"]!["value"]!.GetValue<string>() };
        var request = new CreateInstanceRequest { InstanceId = id, Name = started["name"]!.GetValue<string>(), Input = started["input"]?["value"]?.GetValue<string>() };
        Create(id, Creation.Started(request, "truth-a", trace, new Timestamp { Seconds = 4 }));
    }

    private void Create(string id, HistoryEvent started)
    {
        instances[id] = new InstanceState(id, "truth-a", 1, started);
        Inbox(id).Add(started);
    }

    private void Apply(TurnOutcome outcome)
    {
        Assert.NotEqual(TurnKind.Rejected, outcome.Kind);
        Assert.NotEqual(TurnKind.Stalled, outcome.Kind);
        foreach (var child in outcome.Children)
        {
            Create(child.InstanceId, child.Started);
        }

        foreach (var message in outcome.Messages)
        {
            Assert.Equal(instances[message.InstanceId].ExecutionId, message.ExecutionId);
            Inbox(message.InstanceId).Add(message.Event);
        }

        foreach (var activity in outcome.Activities)
        {
            activities.Enqueue(activity);
        }

        foreach (var timer in outcome.Timers)
        {
            timers.Enqueue(timer);
        }

        if (outcome.Continuation is { } next)
        {
            instances[next.State.InstanceId] = next.State;
            Inbox(next.State.InstanceId).InsertRange(0, next.Inbox);
        }
    }

    private List<HistoryEvent> Inbox(string id) => inboxes.TryGetValue(id, out var inbox) ? inbox : inboxes[id] = [];

    private static bool IsFromOutside(JsonObject one) =>
        one.ContainsKey("eventraised") || one.ContainsKey("executionsuspended") || one.ContainsKey("executionresumed") || one.ContainsKey("executionterminated");

    private static void Same(JsonNode recorded, JsonNode ours) => Assert.Equal(Masked(recorded), Masked(ours));

    private static string Masked(JsonNode node)
    {
        var text = Sorted(node)!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
        text = Time().Replace(text, "TIME");
        text = Execution().Replace(text, "EXECUTION");
        return Trace().Replace(text, "TRACE");
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray all => new JsonArray([.. all.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static JsonObject Recorded() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", "workitems.json")))!.AsObject();

    [GeneratedRegex("""\{\s*"nanos": \d+,\s*"seconds": \d+\s*\}""", RegexOptions.None, 1000)]
    private static partial Regex Time();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, 1000)]
    private static partial Regex Execution();

    [GeneratedRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-01", RegexOptions.None, 1000)]
    private static partial Regex Trace();
}

file static class Times
{
    public static Timestamp Of(Turn turn) => turn.NewEvents[0].EventTypeCase == Kind.WorkflowStarted ? turn.NewEvents[0].Timestamp : new Timestamp();
}
