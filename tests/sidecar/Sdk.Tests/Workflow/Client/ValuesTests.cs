using Dapr.Workflow;
using Dapr.Workflow.Client;
using Microsoft.Extensions.Logging;

namespace Sdk.Tests.Workflow.Client;

/// <summary>Values that users make and read.</summary>
public sealed class ValuesTests
{
    [Fact]
    public void Options_of_calls_can_be_made_and_changed()
    {
        var policy = new WorkflowRetryPolicy(1, TimeSpan.FromSeconds(1));
        var call = new WorkflowTaskOptions() with { RetryPolicy = policy, TargetAppId = "you", PropagationScope = HistoryPropagationScope.Lineage };
        Assert.Equal((policy, "you", HistoryPropagationScope.Lineage), (call.RetryPolicy, call.TargetAppId, call.PropagationScope));
        var child = new ChildWorkflowTaskOptions("mine", policy) with { InstanceId = "other" };
        Assert.Equal(("other", policy), (child.InstanceId, child.RetryPolicy));
        Assert.Equal(new Own(call), new Own(call));
        Assert.Equal(new OwnChild(child), new OwnChild(child));
    }

    [Fact]
    public void Failures_pages_and_entries_hold_what_they_are_given()
    {
        var details = new WorkflowTaskFailureDetails("System.IO.FileNotFoundException", "no", "there");
        Assert.Equal("there", details.StackTrace);
        Assert.True(details.IsCausedBy<IOException>());
        Assert.Same(details, new WorkflowTaskFailedException("no", details).FailureDetails);
        Assert.Throws<ArgumentNullException>(() => new WorkflowTaskFailedException("no", null!));
        var page = new WorkflowInstancePage([], null) with { InstanceIds = ["a"], ContinuationToken = "b" };
        Assert.Equal(("a", "b"), (page.InstanceIds[0], page.ContinuationToken));
        var entry = new WorkflowHistoryEvent(0, WorkflowHistoryEventType.Unknown, default) with { EventId = 1, EventType = WorkflowHistoryEventType.TimerFired, Timestamp = DateTime.UnixEpoch };
        Assert.Equal((1, WorkflowHistoryEventType.TimerFired, DateTime.UnixEpoch), (entry.EventId, entry.EventType, entry.Timestamp));
        var rerun = new RerunWorkflowFromEventOptions { Input = 1, NewInstanceId = "a", OverwriteInput = true };
        Assert.Equal((1, "a", true), ((int)rerun.Input, rerun.NewInstanceId, rerun.OverwriteInput));
        var activity = new PropagatedHistoryActivityResult("a", PropagatedHistoryStatus.Pending, null, null, null) with { Name = "b", Status = PropagatedHistoryStatus.Failed, Input = "1", Output = "2", FailureDetails = details };
        Assert.Equal(("b", PropagatedHistoryStatus.Failed, "1", "2", details), (activity.Name, activity.Status, activity.Input, activity.Output, activity.FailureDetails));
        var child = new PropagatedHistoryWorkflowResult("a", PropagatedHistoryStatus.Pending, null, null) with { Name = "b", Status = PropagatedHistoryStatus.Failed, Output = "2", FailureDetails = details };
        Assert.Equal(("b", PropagatedHistoryStatus.Failed, "2", details), (child.Name, child.Status, child.Output, child.FailureDetails));
        var told = new PropagatedHistoryEvent("a-1", "a", "Root", [activity], [child]);
        Assert.Same(told, Assert.Single(new PropagatedHistory([told]).Events));
    }

    [Fact]
    public async Task A_context_of_one_s_own_needs_only_what_is_abstract()
    {
        var own = new OwnContext();
        Assert.Equal("done", await own.WaitForExternalEventAsync<string>("go", TimeSpan.FromSeconds(5)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => own.WaitForExternalEventAsync<string>("never", TimeSpan.FromSeconds(0)));
        await own.CallActivityAsync("a");
        await own.CallChildWorkflowAsync("a");
        await own.CreateTimer(TimeSpan.Zero, TestContext.Current.CancellationToken);
        IWorkflowContext context = own;
        Assert.Equal((false, DateTime.UnixEpoch, true), (context.IsReplaying, context.CurrentUtcDateTime, context.IsPatched("a")));
        WorkflowActivityContext activity = new OwnActivityContext();
        Assert.Equal(("a", "b", "c"), (activity.Identifier.Name, activity.TaskExecutionKey, activity.InstanceId));
        Assert.Equal(5, await new OwnActivity().RunAsync(activity, 5));
        Assert.Equal(5, (await new OwnActivity().RunAsync(activity, (object)5))!);
        Assert.Equal(5, await new OwnWorkflow().RunAsync(own, 5));
        Assert.Equal(5, (await ((IWorkflow)new OwnWorkflow()).RunAsync(own, 5))!);
    }

    private sealed record Own : WorkflowTaskOptions
    {
        public Own(WorkflowTaskOptions original)
            : base(original)
        {
        }
    }

    private sealed record OwnChild : ChildWorkflowTaskOptions
    {
        public OwnChild(ChildWorkflowTaskOptions original)
            : base(original)
        {
        }
    }

    private sealed class OwnWorkflow : Workflow<int, int>
    {
        public override Task<int> RunAsync(WorkflowContext context, int input) => Task.FromResult(input);
    }

    private sealed class OwnActivity : WorkflowActivity<int, int>
    {
        public override Task<int> RunAsync(WorkflowActivityContext context, int input) => Task.FromResult(input);
    }

    private sealed class OwnActivityContext : WorkflowActivityContext
    {
        public override Dapr.Workflow.Abstractions.TaskIdentifier Identifier => "a";

        public override string TaskExecutionKey => "b";

        public override string InstanceId => "c";
    }

    private sealed class OwnContext : WorkflowContext
    {
        public override string Name => "";

        public override string InstanceId => "";

        public override DateTime CurrentUtcDateTime => DateTime.UnixEpoch;

        public override bool IsReplaying => false;

        public override bool IsPatched(string patchName) => true;

        public override Task<T> CallActivityAsync<T>(string name, object? input = null, WorkflowTaskOptions? options = null) => Task.FromResult<T>(default!);

        public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) => fireAt == DateTime.UnixEpoch ? Task.CompletedTask : Task.Delay(Timeout.Infinite, cancellationToken);

        public override async Task<T> WaitForExternalEventAsync<T>(string eventName, CancellationToken cancellationToken = default)
        {
            await (eventName == "go" ? Task.CompletedTask : Task.Delay(Timeout.Infinite, cancellationToken));
            return (T)(object)"done";
        }

        public override void SendEvent(string instanceId, string eventName, object payload)
        {
        }

        public override void SetCustomStatus(object? customStatus)
        {
        }

        public override Task<TResult> CallChildWorkflowAsync<TResult>(string workflowName, object? input = null, ChildWorkflowTaskOptions? options = null) => Task.FromResult<TResult>(default!);

        public override ILogger CreateReplaySafeLogger(string categoryName) => throw new NotSupportedException();

        public override ILogger CreateReplaySafeLogger(Type type) => throw new NotSupportedException();

        public override ILogger CreateReplaySafeLogger<T>() => throw new NotSupportedException();

        public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
        {
        }

        public override Guid NewGuid() => Guid.Empty;

        public override PropagatedHistory? GetPropagatedHistory() => null;
    }
}
