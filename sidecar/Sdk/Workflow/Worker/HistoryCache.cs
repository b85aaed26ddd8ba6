using Dapr.Workflow.Client;

namespace Dapr.Workflow.Worker;

/// <summary>All committed events of an instance. It belongs to the one turn that took it, until that gives it back.</summary>
internal sealed record KnownHistory(string InstanceId, string? ExecutionId, List<Protocol.HistoryEvent> Events, long Size);

/// <summary>
/// What one stream has brought of each instance's history, so that the sidecar need not send it again. What does not fit is forgotten, the longest
/// unused first, and asked for when it is missed.
/// </summary>
internal sealed class HistoryCache(SidecarChannels channels, int limit = 64 * 1024 * 1024)
{
    /// <summary>So often a sidecar may send all again before it is taken for one that always does.</summary>
    private const int Patience = 10;

    /// <summary>What an event takes in memory besides its contents.</summary>
    private const long Overhead = 256;
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<KnownHistory>> byInstance = new(StringComparer.Ordinal);
    private readonly LinkedList<KnownHistory> byUse = [];
    private long size;
    private int sentWhole;
    private bool isUsed;

    private bool IsWorthwhile => isUsed || sentWhole < Patience;

    /// <summary>All committed events of an instance, whether they came now or before.</summary>
    public async ValueTask<KnownHistory> TakeAsync(Protocol.WorkflowRequest request)
    {
        var added = request.PastEvents.Count == 0 || !IsWorthwhile ? 0 : request.PastEvents.Sum(SizeOf);
        var known = Remove(request.InstanceId);
        if (request.CachedHistory is { EventCount: > 0 and var count })
        {
            isUsed = true;
            if (known is null || known.Events.Count < count || (known.ExecutionId ?? "") != (request.ExecutionId ?? ""))
            {
                var all = await AskAsync(request.InstanceId);
                if (all.Count < count)
                {
                    throw new InvalidDataException($"The sidecar left out {count} events of {request.InstanceId} and has only {all.Count}.");
                }

                known = new KnownHistory(request.InstanceId, request.ExecutionId, [.. all], all.Sum(SizeOf));
            }

            known.Events.RemoveRange(count, known.Events.Count - count);
            known.Events.AddRange(request.PastEvents);
            return known with { Size = known.Size + added };
        }

        if (known is not null && request.PastEvents.Count > 0)
        {
            sentWhole++;
        }

        List<Protocol.HistoryEvent> past = [.. request.PastEvents];
        if (request.RequiresHistoryStreaming)
        {
            past.AddRange(await AskAsync(request.InstanceId));
        }

        return new KnownHistory(request.InstanceId, request.ExecutionId, past, added);
    }

    /// <summary>Keeps what the sidecar will leave out next time: all that it has sent. It keeps the patches of a turn with the turn.</summary>
    public void Keep(KnownHistory past, Protocol.WorkflowRequest request, Protocol.WorkflowResponse response)
    {
        if (!IsWorthwhile || response.Actions.Any(action => action.CompleteWorkflow is not null))
        {
            return;
        }

        if (response.Version is { } version && request.NewEvents.FirstOrDefault(item => item.WorkflowStarted is not null) is { } turn)
        {
            turn.WorkflowStarted.Version = version;
        }

        past.Events.AddRange(request.NewEvents);
        var known = past with { Size = past.Size + request.NewEvents.Sum(SizeOf) };
        lock (gate)
        {
            if (byInstance.TryGetValue(known.InstanceId, out var other))
            {
                Remove(other);
            }

            byInstance[known.InstanceId] = byUse.AddLast(known);
            size += known.Size;
            while (size > limit && byUse.First is { } oldest)
            {
                Remove(oldest);
            }
        }
    }

    private KnownHistory? Remove(string instanceId)
    {
        lock (gate)
        {
            if (!byInstance.TryGetValue(instanceId, out var node))
            {
                return null;
            }

            Remove(node);
            return node.Value;
        }
    }

    private void Remove(LinkedListNode<KnownHistory> node)
    {
        byInstance.Remove(node.Value.InstanceId);
        byUse.Remove(node);
        size -= node.Value.Size;
    }

    private static long SizeOf(Protocol.HistoryEvent item) => Overhead + item.CalculateSize();

    private async Task<IReadOnlyList<Protocol.HistoryEvent>> AskAsync(string instanceId) =>
        (await channels.OfWorker.AskAsync(TaskHub.History, new Protocol.GetInstanceHistoryRequest { InstanceId = instanceId }, channels.Fields, CancellationToken.None)).Events;
}
