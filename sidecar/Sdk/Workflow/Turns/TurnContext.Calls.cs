using Dapr.Workflow.Client;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Workflow.Turns;

/// <summary>How what the code asks for becomes an action and a task.</summary>
internal sealed partial class TurnContext
{
    private Task<T> CallOnce<T>(string name, object? input, WorkflowTaskOptions? options)
    {
        var id = nextId++;
        var call = new OpenCall<T>(TaskKind.Activity, id, name, serializer) { ExecutionId = guids.TaskExecutionId(id, name) };
        if (IsEnded(call))
        {
            return call.Task;
        }

        var action = new Protocol.ScheduleTaskAction { Name = name, Input = serializer.Serialize(input), TaskExecutionId = call.ExecutionId };
        if (options is { PropagationScope: not HistoryPropagationScope.None })
        {
            action.HistoryPropagationScope = (Protocol.HistoryPropagationScope)options.PropagationScope;
        }

        action.Router = RouterTo(options?.TargetAppId);
        actions[id] = new Protocol.WorkflowAction { Id = id, ScheduleTask = action, Router = action.Router };
        open[id] = call;
        return call.Task;
    }

    private Task<T> RunOnce<T>(string name, object? input, ChildWorkflowTaskOptions? options)
    {
        var instanceId = options?.InstanceId ?? NewGuid().ToString();
        var id = nextId++;
        var call = new OpenCall<T>(TaskKind.Child, id, name, serializer);
        if (IsEnded(call))
        {
            return call.Task;
        }

        var action = new Protocol.CreateChildWorkflowAction { Name = name, InstanceId = instanceId, Input = serializer.Serialize(input) };
        if (options is { PropagationScope: not HistoryPropagationScope.None })
        {
            action.HistoryPropagationScope = (Protocol.HistoryPropagationScope)options.PropagationScope;
        }

        action.Router = RouterTo(options?.TargetAppId);
        actions[id] = new Protocol.WorkflowAction { Id = id, CreateChildWorkflow = action, Router = action.Router };
        open[id] = call;
        return call.Task;
    }

    private OpenTimer SetTimer(Protocol.CreateTimerAction action, string name, Action fired)
    {
        var id = nextId++;
        var timer = new OpenTimer(id, name, fired);
        actions[id] = new Protocol.WorkflowAction { Id = id, CreateTimer = action };
        open[id] = timer;
        return timer;
    }

    private async Task<T> RetryAsync<T>(WorkflowRetryPolicy policy, Func<Task<T>> call, Func<Timestamp, Protocol.CreateTimerAction> timer)
    {
        var retries = new RetryInterceptor<T>(this, policy, call, WaitAsync);
        return (await retries.Invoke())!;

        Task WaitAsync(TimeSpan delay)
        {
            var source = new TaskCompletionSource();
            SetTimer(timer(Timestamp.FromDateTime(now.Add(delay))), "", source.SetResult);
            return source.Task;
        }
    }

    private void Add(Protocol.WorkflowAction action)
    {
        action.Id = nextId++;
        actions[action.Id] = action;
    }

    private Protocol.TaskRouter? RouterTo(string? targetAppId) =>
        string.IsNullOrWhiteSpace(targetAppId) || string.IsNullOrWhiteSpace(appId) ? null : new Protocol.TaskRouter { SourceAppId = appId, TargetAppId = targetAppId };
}
