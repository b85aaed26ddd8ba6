using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Who waits for an instance to get somewhere. It need not exist yet.</summary>
internal sealed class Waiters
{
    private readonly Dictionary<string, List<Waiter>> waiters = new(StringComparer.Ordinal);

    public Waiter Add(string instanceId, Predicate<OrchestrationStatus> until, TaskCompletionSource<InstanceView> answer)
    {
        var waiter = new Waiter(instanceId, until, answer);
        if (!waiters.TryGetValue(instanceId, out var list))
        {
            waiters[instanceId] = list = [];
        }

        list.Add(waiter);
        return waiter;
    }

    public void Remove(Waiter? waiter)
    {
        if (waiter is not null && waiters.TryGetValue(waiter.InstanceId, out var list) && list.Remove(waiter) && list.Count == 0)
        {
            waiters.Remove(waiter.InstanceId);
        }
    }

    /// <summary>It was committed like this.</summary>
    public void Tell(InstanceView view)
    {
        if (!waiters.TryGetValue(view.InstanceId, out var list))
        {
            return;
        }

        list.RemoveAll(waiter =>
        {
            var isOver = waiter.Until(view.Status);
            return isOver && (waiter.Answer.TrySetResult(view) || isOver);
        });
        if (list.Count == 0)
        {
            waiters.Remove(view.InstanceId);
        }
    }

    /// <summary>It looked like this when somebody began to wait for it.</summary>
    public void Tell(Waiter waiter, InstanceView? view)
    {
        if (view is not null && waiter.Until(view.Status))
        {
            waiter.WasThere = true;
            waiter.Answer.TrySetResult(view);
            Remove(waiter);
        }
    }

    public void FailAll(Exception reason)
    {
        foreach (var waiter in waiters.Values.SelectMany(list => list))
        {
            waiter.Answer.TrySetException(reason);
        }

        waiters.Clear();
    }
}

internal sealed record Waiter(string InstanceId, Predicate<OrchestrationStatus> Until, TaskCompletionSource<InstanceView> Answer)
{
    /// <summary>There was nothing to wait for: it reads what is stored and has watched nothing.</summary>
    public bool WasThere { get; set; }
}
