using Sidecar.Configuration;
using Sidecar.Workflow.Dispatch;
using static Workflow.Tests.Dispatch.DispatcherTests;

namespace Workflow.Tests.Dispatch;

public sealed class LimitTests
{
    [Fact]
    public void A_name_at_its_limit_waits_and_lets_others_pass()
    {
        var dispatcher = Dispatcher(new WorkflowConfiguration { ActivityLimits = new Dictionary<string, int> { ["print"] = 1 } });
        var stream = Open(dispatcher);
        var prints = Enumerable.Range(1, 3).Select(task => TestWork.Activity("a", task, "print")).ToList();
        prints.ForEach(dispatcher.Add);
        dispatcher.Add(TestWork.Activity("b", 1, "send"));
        Assert.Equal(["a/1", "b/1"], Sent(stream));
        Assert.True(dispatcher.Complete(prints[0], ""));
        Assert.Equal(["a/2"], Sent(stream));
    }

    [Fact]
    public void The_limit_of_a_sidecar_holds_for_each_of_them()
    {
        var dispatcher = Dispatcher(new WorkflowConfiguration { MaxConcurrentWorkflows = 2 });
        var here = Open(dispatcher, sidecar: "here");
        var there = Open(dispatcher, sidecar: "there");
        for (var i = 0; i < 6; i++)
        {
            dispatcher.Add(TestWork.Turn($"i{i}"));
        }

        Assert.Equal((2, 2), (Sent(here).Count, Sent(there).Count));
    }

    [Fact]
    public void The_global_limit_holds_for_all_together()
    {
        var dispatcher = Dispatcher(new WorkflowConfiguration { GlobalMaxConcurrentWorkflows = 3 });
        var here = Open(dispatcher, sidecar: "here");
        var there = Open(dispatcher, sidecar: "there");
        for (var i = 0; i < 6; i++)
        {
            dispatcher.Add(TestWork.Turn($"i{i}"));
        }

        Assert.Equal(3, Sent(here).Count + Sent(there).Count);
    }

    [Fact]
    public void Limits_of_turns_do_not_touch_activities()
    {
        var dispatcher = Dispatcher(new WorkflowConfiguration { MaxConcurrentWorkflows = 1, WorkflowLimits = new Dictionary<string, int> { ["any"] = 1 } });
        var stream = Open(dispatcher);
        for (var task = 1; task <= 5; task++)
        {
            dispatcher.Add(TestWork.Activity("a", task));
        }

        Assert.Equal(5, Sent(stream).Count);
    }

    [Fact]
    public void A_broken_stream_gives_back_what_it_took_of_the_limits()
    {
        var dispatcher = Dispatcher(new WorkflowConfiguration { GlobalMaxConcurrentActivities = 1, ActivityLimits = new Dictionary<string, int> { ["print"] = 1 } });
        dispatcher.Add(TestWork.Activity("a", 1, "print"));
        dispatcher.Close(Open(dispatcher));
        Assert.Equal(["a/1"], Sent(Open(dispatcher)));
    }
}
