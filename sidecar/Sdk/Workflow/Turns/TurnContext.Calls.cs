using Dapr.Workflow.Client;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Workflow.Turns;

/// <summary>How what the code asks for becomes an action and a task.</summary>
internal sealed partial class TurnContext
{
    private Task<T> CallOnce<T>(string name, object? input, WorkflowTaskOptions? options)
    {
        var id = nextId++;
        var call = new OpenCall<T>(TaskKind.Activity, id, name, serializer);
        if (IsEnded(call))
        {
            return call.Task;
        }

        var action = new Protocol.ScheduleTaskAction { Name = name, Router = RouterTo(options?.TargetAppId) };
        if (options is { PropagationScope: not HistoryPropagationScope.None })
        {
            action.HistoryPropagationScope = (Protocol.HistoryPropagationScope)options.PropagationScope;
        }

        Ask(id, new Protocol.WorkflowAction { ScheduleTask = action, Router = action.Router }, () =>
        {
            action.Input = serializer.Serialize(input);
            action.TaskExecutionId = guids.TaskExecutionId(id, name);
        });
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

        var action = new Protocol.CreateChildWorkflowAction { Name = name, InstanceId = instanceId, Router = RouterTo(options?.TargetAppId) };
        if (options is { PropagationScope: not HistoryPropagationScope.None })
        {
            action.HistoryPropagationScope = (Protocol.HistoryPropagationScope)options.PropagationScope;
        }

        Ask(id, new Protocol.WorkflowAction { CreateChildWorkflow = action, Router = action.Router }, () => action.Input = serializer.Serialize(input));
        open[id] = call;
        return call.Task;
    }

    private OpenTimer SetTimer(Protocol.CreateTimerAction action, string name, Action fired)
    {
        var id = nextId++;
        var timer = new OpenTimer(id, name, fired);
        Ask(id, new Protocol.WorkflowAction { CreateTimer = action }, null);
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

    /// <summary>What costs something is filled in at once only where history does not have the action: there it is never sent.</summary>
    private void Ask(int id, Protocol.WorkflowAction action, Action? fill)
    {
        action.Id = id;
        if (!recorded.Contains(id))
        {
            fill?.Invoke();
            fill = null;
        }

        actions[id] = new Asked(action, fill);
    }

    private static HashSet<int> NumbersOf(IReadOnlyList<Protocol.HistoryEvent> past)
    {
        var numbers = new HashSet<int>();
        foreach (var item in past)
        {
            if (item.EventTypeCase is Protocol.HistoryEvent.EventTypeOneofCase.TaskScheduled
                or Protocol.HistoryEvent.EventTypeOneofCase.ChildWorkflowInstanceCreated
                or Protocol.HistoryEvent.EventTypeOneofCase.EventSent)
            {
                numbers.Add(item.EventId);
            }
        }

        return numbers;
    }

    private Protocol.TaskRouter? RouterTo(string? targetAppId) =>
        string.IsNullOrWhiteSpace(targetAppId) || string.IsNullOrWhiteSpace(appId) ? null : new Protocol.TaskRouter { SourceAppId = appId, TargetAppId = targetAppId };

    /// <summary>Something that the code asked for; some of it may not be filled in yet.</summary>
    private readonly record struct Asked(Protocol.WorkflowAction Action, Action? Fill)
    {
        public Protocol.WorkflowAction Filled()
        {
            Fill?.Invoke();
            return Action;
        }
    }
}
