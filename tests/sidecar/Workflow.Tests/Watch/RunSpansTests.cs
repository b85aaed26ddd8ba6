using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Telemetry.Tracing;
using Sidecar.Workflow.Watch;
using Passed = Sidecar.Protos.Workflow.TraceContext;

namespace Workflow.Tests.Watch;

public sealed class RunSpansTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-00000000000000aa-01";

    [Fact]
    public void A_run_is_told_from_its_first_event_to_its_last()
    {
        var run = Assert.Single(Spans(Completed(OrchestrationStatus.Completed)));
        Assert.Equal(("orchestration||order", SpanKind.Server, 0xbbUL, 0xaaUL), (run.Name, run.Kind, run.Context.SpanId, run.ParentSpanId));
        Assert.Equal(TimeSpan.FromSeconds(9), run.End - run.Start);
        Assert.Equal("COMPLETED", Tag(run, "durabletask.runtime_status"));
        Assert.Equal(("orchestration", "order", "o-1"), (Tag(run, "durabletask.type"), Tag(run, "durabletask.task.name"), Tag(run, "durabletask.task.instance_id")));
        Assert.Null(run.Error);
    }

    [Fact]
    public void A_failure_is_told_with_its_message()
    {
        var end = Completed(OrchestrationStatus.Failed);
        end.ExecutionCompleted.FailureDetails = new TaskFailureDetails { ErrorMessage = "no stock" };
        Assert.Equal("no stock", Spans(end)[0].Error);
    }

    [Fact]
    public void A_run_that_continued_as_new_says_so() => Assert.Equal("CONTINUED_AS_NEW", Tag(Spans()[0], "durabletask.runtime_status"));

    [Fact]
    public void What_came_from_outside_is_told_with_its_size()
    {
        var run = Spans(At(1, new() { EventRaised = new EventRaisedEvent { Name = "go", Input = "12345" } }), At(2, new() { ExecutionSuspended = new ExecutionSuspendedEvent { Input = "lunch" } }))[0];
        Assert.Equal(["Received external event", "Execution suspended"], run.Events.Select(happened => happened.Name));
        Assert.Equal([new("name", "go"), new("size", 5)], run.Events[0].Tags);
        Assert.Equal([new("reason", "lunch")], run.Events[1].Tags);
    }

    [Fact]
    public void A_timer_is_a_span_without_length_below_its_run()
    {
        var fired = new TimerFiredEvent { TimerId = 3, FireAt = DateTimeOffset.UnixEpoch.AddSeconds(5).ToTimestamp() };
        var timer = Spans(At(5, new() { TimerFired = fired }))[1];
        Assert.Equal(("timer", SpanKind.Internal, 0xbbUL), (timer.Name, timer.Kind, timer.ParentSpanId));
        Assert.Equal(timer.Start, timer.End);
        Assert.Equal(("1970-01-01T00:00:05Z", "3"), (Tag(timer, "durabletask.fire_at"), Tag(timer, "durabletask.task.task_id")));
    }

    [Theory]
    [InlineData("0af7651916cd43dd8448eb211c80319c", "00000000000000aa", true)]
    [InlineData(Parent, "", true)]
    [InlineData("00-zz-00000000000000aa-01", "", false)]
    [InlineData("", "", false)]
    public void Contexts_are_read_in_their_old_form_too(string parent, string span, bool isValid)
    {
        Assert.Equal(isValid, WorkflowSpans.TryRead(new Passed { TraceParent = parent, SpanId = span }, out var read));
        Assert.Equal(isValid ? 0xaaUL : 0, read.SpanId);
    }

    private static IReadOnlyList<FinishedSpan> Spans(params HistoryEvent[] more)
    {
        var execution = new ExecutionStartedEvent { Name = "order", WorkflowSpanId = "00000000000000bb", ParentTraceContext = new Passed { TraceParent = Parent } };
        return [.. RunSpans.Of("o-1", execution, [At(0, new() { WorkflowStarted = new WorkflowStartedEvent() }), At(0, new() { ExecutionStarted = execution }), .. more])];
    }

    private static HistoryEvent Completed(OrchestrationStatus status) => At(9, new() { ExecutionCompleted = new ExecutionCompletedEvent { WorkflowStatus = status } });

    private static HistoryEvent At(int second, HistoryEvent happened)
    {
        happened.Timestamp = DateTimeOffset.UnixEpoch.AddSeconds(second).ToTimestamp();
        return happened;
    }

    private static string Tag(FinishedSpan span, string key) => span.Tags.Single(tag => tag.Key == key).Value;
}
