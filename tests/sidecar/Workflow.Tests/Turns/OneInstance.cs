using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;

namespace Workflow.Tests.Turns;

/// <summary>One instance whose worker, inbox and clock are the test's.</summary>
internal sealed class OneInstance
{
    public const string App = "shop";
    public const string Id = "order-1";

    private readonly TurnLimits limits;
    private readonly List<HistoryEvent> inbox = [];
    private Timestamp now = new() { Seconds = 1_800_000_000, Nanos = 123_456_789 };

    public OneInstance(HistoryEvent? started = null, int largest = 4 << 20, PropagatedHistory? inherited = null)
    {
        limits = new TurnLimits(largest);
        started ??= Creation.Started(new CreateInstanceRequest { InstanceId = Id, Name = "Order", Input = "\"in\"" }, App, null, Now());
        State = new InstanceState(started.ExecutionStarted.WorkflowInstance.InstanceId, App, 1, started) { Inherited = inherited };
        inbox.Add(started);
    }

    public InstanceState State { get; private set; }

    public Turn? Turn { get; private set; }

    public IReadOnlyList<HistoryEvent> Inbox => inbox;

    public IReadOnlyList<HistoryEvent> History => State.History.Slice().Read();

    public Timestamp Now()
    {
        now = now.ToDateTimeOffset().AddMilliseconds(1).ToTimestamp();
        return now;
    }

    public void Jump(TimeSpan by) => now = now.ToDateTimeOffset().Add(by).ToTimestamp();

    public void Arrive(HistoryEvent one) => inbox.Add(one);

    public void Raise(string name, string? input = null) => Arrive(Arrivals.Raised(name, input, Now()));

    public void Result(int taskId, string? result) =>
        Arrive(Arrivals.TaskEnded(State.OpenActivities[taskId], new ActivityResponse { TaskId = taskId, Result = result }, Now()));

    public void Fire(int timerId) => Arrive(Arrivals.Fired(State.OpenTimers[timerId], Now()));

    public Turn Begin() => Turn = Sidecar.Workflow.Turns.Turn.Begin(State, [.. inbox], Now(), limits);

    /// <summary>What the worker would be sent, as it would read it.</summary>
    public WorkflowRequest Request(int cached = 0) => WorkItem.Parser.ParseFrom(Begin().ToWorkItem("token", cached)).WorkflowRequest;

    /// <summary>The worker answers with these actions; what is used up leaves the inbox.</summary>
    public TurnOutcome Answer(params WorkflowAction[] actions) => Answer(null, actions);

    public TurnOutcome Answer(Action<WorkflowResponse>? more, params WorkflowAction[] actions)
    {
        var turn = Turn is { } begun && ReferenceEquals(begun.State, State) && begun.PastCount == State.History.Count ? begun : Begin();
        Assert.Null(turn.Foregone);
        var response = new WorkflowResponse { InstanceId = State.InstanceId };
        response.Actions.Add(actions);
        more?.Invoke(response);
        var outcome = turn.Apply(response, Now());
        Turn = null;
        inbox.RemoveRange(0, outcome.Consumed);
        if (outcome.Continuation is { } next)
        {
            State = next.State;
            inbox.InsertRange(0, next.Inbox);
        }

        return outcome;
    }

    public static WorkflowAction Task(int id, string name = "Ship", string? input = null) =>
        new() { Id = id, ScheduleTask = new ScheduleTaskAction { Name = name, Input = input } };

    public static WorkflowAction Timer(int id, Timestamp at, string? waitsFor = null) => new()
    {
        Id = id,
        CreateTimer = waitsFor is null ? new CreateTimerAction { FireAt = at } : new CreateTimerAction { FireAt = at, ExternalEvent = new TimerOriginExternalEvent { Name = waitsFor } },
    };

    public static WorkflowAction Child(int id, string name = "Pack", string childId = "", string? input = null) =>
        new() { Id = id, CreateChildWorkflow = new CreateChildWorkflowAction { Name = name, InstanceId = childId, Input = input } };

    public static WorkflowAction Complete(int id = 99, string? result = null, OrchestrationStatus status = OrchestrationStatus.Completed) =>
        new() { Id = id, CompleteWorkflow = new CompleteWorkflowAction { WorkflowStatus = status, Result = result } };

    public static WorkflowAction Again(string? input, params HistoryEvent[] carried)
    {
        var action = Complete(99, input, OrchestrationStatus.ContinuedAsNew);
        action.CompleteWorkflow.CarryoverEvents.Add(carried);
        return action;
    }

    public static WorkflowAction Fail(string type, string message, int id = 99)
    {
        var action = Complete(id, null, OrchestrationStatus.Failed);
        action.CompleteWorkflow.FailureDetails = new TaskFailureDetails { ErrorType = type, ErrorMessage = message };
        return action;
    }

    public static Action<WorkflowResponse> Patches(params string[] names) => response =>
    {
        response.Version = new WorkflowVersion();
        response.Version.Patches.Add(names);
    };
}
