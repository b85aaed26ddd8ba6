using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;
using static Workflow.Tests.Turns.OneInstance;

namespace Workflow.Tests.Turns;

public sealed class CreationTests
{
    private static readonly Timestamp Now = new() { Seconds = 1_800_000_000 };

    [Fact]
    public void A_start_takes_over_what_daprd_takes_over()
    {
        var at = new Timestamp { Seconds = 1_900_000_000 };
        var request = new CreateInstanceRequest { InstanceId = "a", Name = "Order", Version = "7", Input = "1", ScheduledStartTimestamp = at, ExecutionId = "mine", Tags = { ["k"] = "v" } };
        var started = Creation.Started(request, App, null, Now).ExecutionStarted;

        Assert.Equal(("Order", "1", "a", at), (started.Name, started.Input, started.WorkflowInstance.InstanceId, started.ScheduledStartTimestamp));
        Assert.Null(started.Version);
        Assert.Empty(started.Tags);
        Assert.NotEqual("mine", started.WorkflowInstance.ExecutionId);
        Assert.Null(started.WorkflowSpanId);
        Assert.Null(started.ParentTraceContext);
    }

    [Fact]
    public void A_start_without_an_id_gets_one()
    {
        var (a, b) = (Creation.Started(new CreateInstanceRequest(), App, null, Now), Creation.Started(new CreateInstanceRequest(), App, null, Now));
        Assert.NotEqual(a.ExecutionStarted.WorkflowInstance.InstanceId, b.ExecutionStarted.WorkflowInstance.InstanceId);
        Assert.NotEmpty(a.ExecutionStarted.WorkflowInstance.InstanceId);
    }

    [Fact]
    public void An_id_is_free_when_nobody_has_it_or_its_owner_has_ended()
    {
        var one = new OneInstance();
        var another = Creation.Started(new CreateInstanceRequest { InstanceId = Id, Name = "Order" }, App, null, Now);

        Assert.Equal(CreationVerdict.New, Creation.Judge(null, another));
        Assert.Equal(CreationVerdict.Active, Creation.Judge(one.State.View(), another));
        one.Answer();
        Assert.Equal(CreationVerdict.Active, Creation.Judge(one.State.View(), another));
        one.Raise("go");
        one.Answer(Fail("Bad", "luck"));
        Assert.Equal(CreationVerdict.Reuse, Creation.Judge(one.State.View(), another));
        Assert.Equal(CreationVerdict.Active, Creation.Judge(one.State.View(), another, onlyNew: true));
    }

    [Fact]
    public void A_parent_may_start_its_child_twice()
    {
        var parent = new OneInstance();
        var child = parent.Answer(Child(1, childId: "c")).Children[0];
        var view = new InstanceState("c", App, 1, child.Started).View();

        Assert.Equal(CreationVerdict.Same, Creation.Judge(view, child.Started));
        var other = child.Started.Clone();
        other.ExecutionStarted.ParentInstance.TaskScheduledId = 2;
        Assert.Equal(CreationVerdict.Active, Creation.Judge(view, other));
    }

    [Fact]
    public void What_is_traced_hangs_together()
    {
        var trace = new TraceContext { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", TraceState = "a=b" };
        var one = new OneInstance(Creation.Started(new CreateInstanceRequest { InstanceId = Id, Name = "Order" }, App, trace, Now));
        var outcome = one.Answer(Task(1), Child(2));

        var workflow = one.State.Started.ExecutionStarted.WorkflowSpanId;
        var below = $"00-0af7651916cd43dd8448eb211c80319c-{workflow}-01";
        Assert.Equal(16, workflow.Length);
        Assert.Equal(below, one.History[2].TaskScheduled.ParentTraceContext.TraceParent);
        Assert.Equal(below, one.History[3].ChildWorkflowInstanceCreated.ParentTraceContext.TraceParent);
        Assert.Equal(below, outcome.Children[0].Started.ExecutionStarted.ParentTraceContext.TraceParent);
        Assert.Equal("a=b", outcome.Children[0].Started.ExecutionStarted.ParentTraceContext.TraceState);
        Assert.Equal(below, outcome.Activities[0].Workflow!.TraceParent);
        var asked = outcome.Activities[0].Request.ParentTraceContext.TraceParent.Split('-');
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "01"), (asked[1], asked[3]));
        Assert.NotEqual(workflow, asked[2]);
    }

    [Fact]
    public void Bare_trace_ids_are_understood()
    {
        var below = Traces.Below(new TraceContext { TraceParent = "0af7651916cd43dd8448eb211c80319c", SpanId = "b7ad6b7169203331" }, "00f067aa0ba902b7");
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01", below!.TraceParent);
    }
}
