using System.Text;
using Sidecar.Configuration;
using Sidecar.Workflow.Dispatch;

namespace Workflow.Tests.Dispatch;

public sealed class DispatcherTests
{
    private const string JavaScript = "dapr-js-sdk/workflow grpc-node-js/1.14.7";

    [Fact]
    public void Work_waits_for_a_worker_and_goes_out_in_order()
    {
        var dispatcher = Dispatcher();
        foreach (var id in new[] { "a", "b", "c" })
        {
            dispatcher.Add(TestWork.Turn(id));
        }

        Assert.Equal(["a/0", "b/0", "c/0"], Sent(Open(dispatcher)));
    }

    [Fact]
    public void A_fan_out_holds_up_nobody_else()
    {
        var dispatcher = Dispatcher();
        for (var task = 1; task <= 3; task++)
        {
            dispatcher.Add(TestWork.Activity("wide", task));
        }

        dispatcher.Add(TestWork.Activity("narrow", 1));
        Assert.Equal(["wide/1", "narrow/1", "wide/2", "wide/3"], Sent(Open(dispatcher)));
    }

    [Fact]
    public void A_stream_has_no_more_in_hand_than_it_can_hold()
    {
        var dispatcher = Dispatcher();
        var stream = Open(dispatcher);
        var works = Enumerable.Range(1, 150).Select(task => TestWork.Activity("wide", task)).ToList();
        works.ForEach(dispatcher.Add);
        Assert.Equal(100, Sent(stream).Count);
        Assert.True(dispatcher.Complete(works[0], ""));
        Assert.Equal(["wide/101"], Sent(stream));
    }

    [Fact]
    public void A_JavaScript_worker_begins_with_what_it_works_on_and_gets_more_as_it_answers()
    {
        var dispatcher = Dispatcher();
        var stream = Open(dispatcher, JavaScript);
        var works = Enumerable.Range(1, 300).Select(task => TestWork.Activity("wide", task)).ToList();
        works.ForEach(dispatcher.Add);
        Assert.Equal(6, Sent(stream).Count);
        Assert.True(dispatcher.Complete(works[0], ""));
        Assert.Equal(2, Sent(stream).Count);
        for (var i = 1; i < 150; i++)
        {
            Assert.True(dispatcher.Complete(works[i], ""));
        }

        Assert.Equal(75, dispatcher.Out(WorkKind.Activity));
    }

    [Fact]
    public void What_a_broken_stream_had_goes_first_to_the_next_one()
    {
        var dispatcher = Dispatcher();
        var first = Open(dispatcher);
        var works = Enumerable.Range(1, 3).Select(task => TestWork.Activity("a", task)).ToList();
        works.ForEach(dispatcher.Add);
        dispatcher.Close(first);
        dispatcher.Add(TestWork.Activity("b", 1));
        Assert.Equal(["a/1", "b/1", "a/2", "a/3"], Sent(Open(dispatcher)));
        Assert.Equal(1, works[0].Breaks);
    }

    [Fact]
    public void Work_that_should_not_go_on_stays_back_when_its_stream_breaks()
    {
        var dispatcher = Dispatcher();
        var work = new TestWork(WorkKind.Turn, "poison") { GoesOn = false };
        var stream = Open(dispatcher);
        dispatcher.Add(work);
        dispatcher.Close(stream);
        Assert.Empty(Sent(Open(dispatcher)));
        Assert.Equal(WorkState.Idle, work.State);
    }

    [Fact]
    public void An_answer_counts_once_and_only_to_the_latest_sending()
    {
        var dispatcher = Dispatcher();
        var work = TestWork.Turn("a");
        var first = Open(dispatcher);
        dispatcher.Add(work);
        var old = Token(Assert.Single(Frames(first)));
        dispatcher.Close(first);
        var latest = Token(Assert.Single(Frames(Open(dispatcher))));
        Assert.NotEqual(old, latest);
        Assert.False(dispatcher.Complete(work, old));
        Assert.True(dispatcher.Complete(work, latest));
        Assert.False(dispatcher.Complete(work, latest));
    }

    [Fact]
    public void Work_that_was_taken_back_keeps_its_place_in_the_workers_hand_until_it_is_answered()
    {
        var dispatcher = Dispatcher(new WorkflowConfiguration { MaxConcurrentActivities = 1 });
        var stream = Open(dispatcher);
        var given = TestWork.Activity("a", 1);
        dispatcher.Add(given);
        dispatcher.Remove(given);
        var next = TestWork.Activity("a", 1);
        dispatcher.Add(next);
        Assert.Single(Sent(stream));
        dispatcher.Stray(WorkKind.Activity, "a", 1, "");
        Assert.Single(Sent(stream));
        Assert.True(dispatcher.Complete(next, ""));
    }

    [Fact]
    public void Without_a_token_the_first_answer_belongs_to_what_was_taken_back()
    {
        var dispatcher = Dispatcher();
        Open(dispatcher);
        var given = TestWork.Activity("a", 1);
        dispatcher.Add(given);
        dispatcher.Remove(given);
        var next = TestWork.Activity("a", 1);
        dispatcher.Add(next);
        Assert.False(dispatcher.Complete(next, ""));
        Assert.True(dispatcher.Complete(next, ""));
    }

    [Fact]
    public void Work_that_waits_can_be_taken_back()
    {
        var dispatcher = Dispatcher();
        var work = TestWork.Turn("a");
        dispatcher.Add(work);
        dispatcher.Remove(work);
        Assert.Empty(Sent(Open(dispatcher)));
        Assert.Equal(0, dispatcher.Ready(WorkKind.Turn));
    }

    [Fact]
    public void Nothing_is_sent_of_work_that_has_become_pointless()
    {
        var dispatcher = Dispatcher();
        var stream = Open(dispatcher);
        dispatcher.Add(new TestWork(WorkKind.Turn, "a") { IsPointless = true });
        dispatcher.Add(TestWork.Turn("b"));
        Assert.Equal(["b/0"], Sent(stream));
        Assert.Equal(1, dispatcher.Out(WorkKind.Turn));
    }

    [Fact]
    public void The_stream_with_the_least_in_hand_gets_the_next_item()
    {
        var dispatcher = Dispatcher();
        var streams = new[] { Open(dispatcher), Open(dispatcher) };
        for (var task = 1; task <= 10; task++)
        {
            dispatcher.Add(TestWork.Activity("a", task));
        }

        Assert.All(streams, stream => Assert.Equal(5, Sent(stream).Count));
    }

    [Fact]
    public void A_worker_that_keeps_histories_gets_its_instances_again_and_only_what_is_new()
    {
        var dispatcher = Dispatcher();
        var streams = new[] { Open(dispatcher, keepsHistory: true), Open(dispatcher, keepsHistory: true) };
        var work = new TestWork(WorkKind.Turn, "a") { Past = 4 };
        dispatcher.Add(work);
        var familiar = Assert.Single(streams, stream => Known(stream) is [0]);
        for (var i = 0; i < 10; i++)
        {
            dispatcher.Add(TestWork.Turn($"other{i}"));
        }

        Assert.True(dispatcher.Complete(work, ""));
        work.Past = 7;
        _ = Frames(familiar);
        dispatcher.Add(work);
        Assert.Equal([4], Known(familiar));
        dispatcher.Close(familiar);
        Assert.Contains(0, Known(streams.Single(stream => stream != familiar)));
    }

    [Fact]
    public void The_end_of_the_hub_ends_the_streams_with_its_reason()
    {
        var dispatcher = Dispatcher();
        var stream = Open(dispatcher);
        dispatcher.CloseAll(new InvalidOperationException("moved"));
        Assert.Equal("moved", stream.Items.Completion.Exception!.InnerException!.Message);
        Assert.False(dispatcher.HasWorkers);
    }

    internal static Dispatcher Dispatcher(WorkflowConfiguration? configuration = null) => new(configuration ?? new WorkflowConfiguration(), TimeProvider.System);

    internal static WorkStream Open(Dispatcher dispatcher, string agent = "dapr-sdk-dotnet/v1.18.5", bool keepsHistory = false, string sidecar = "")
    {
        var stream = new WorkStream(new WorkerProfile(agent, keepsHistory, sidecar), _ => { });
        dispatcher.Open(stream);
        return stream;
    }

    internal static List<string> Sent(WorkStream stream) => [.. Frames(stream).Select(frame => frame.Split(' ')[0])];

    private static List<int> Known(WorkStream stream) => [.. Frames(stream).Select(frame => int.Parse(frame.Split(' ')[1]))];

    private static string Token(string frame) => frame.Split(' ')[2];

    private static List<string> Frames(WorkStream stream)
    {
        var frames = new List<string>();
        while (stream.Items.TryRead(out var item))
        {
            frames.Add(Encoding.UTF8.GetString(item.Encode().Span));
        }

        return frames;
    }
}
