namespace Sidecar.Workflow.Hub.Commits;

/// <summary>Changes on their way to the store, in the order in which they were made. Lives on the loop; the writing goes on beside it.</summary>
internal sealed class CommitQueue(Committer committer, HubLoop loop, Action<Exception> lost)
{
    /// <summary>Of one transaction, unless a single change has more.</summary>
    private const int MostRows = 2000;
    private const long MostBytes = 8 * 1024 * 1024;
    private readonly Queue<Change> waiting = new();
    private List<Change> current = [];
    private bool isClosed;

    public Task Writing { get; private set; } = Task.CompletedTask;

    public bool IsBusy { get; private set; }

    public int Waiting => waiting.Count;

    public void Add(Change change)
    {
        if (isClosed)
        {
            change.Refused(HubException.Moved());
            return;
        }

        waiting.Enqueue(change);
    }

    /// <summary>Lets everything that waits go as one, unless the last is still under way.</summary>
    public void Flush()
    {
        if (IsBusy || isClosed || waiting.Count == 0)
        {
            return;
        }

        var group = new List<Change>();
        var (rows, bytes) = (0, 0L);
        while (waiting.TryPeek(out var next) && (group.Count == 0 || (rows + next.Rows <= MostRows && bytes + next.Bytes <= MostBytes)))
        {
            group.Add(waiting.Dequeue());
            rows += next.Rows;
            bytes += next.Bytes;
        }

        IsBusy = true;
        current = group;
        Writing = Task.Run(() => WriteAsync(group));
    }

    /// <summary>Nothing more is written; what is under way may still happen, and nobody here will know.</summary>
    public void Close(Exception reason)
    {
        isClosed = true;
        current.ForEach(change => change.Refused(reason));
        while (waiting.TryDequeue(out var change))
        {
            change.Refused(reason);
        }
    }

    private async Task WriteAsync(List<Change> group)
    {
        try
        {
            var result = await committer.CommitAsync(group);
            loop.Post(() => Settle(group, result));
        }
        catch (Exception failure)
        {
            loop.Post(() => lost(failure));
        }
    }

    private void Settle(List<Change> group, CommitResult result)
    {
        if (isClosed)
        {
            return;
        }

        IsBusy = false;
        current = [];
        foreach (var change in group)
        {
            if (result.Refused.Count > 0 && result.Refused.FirstOrDefault(refusal => refusal.Change == change).Reason is { } reason)
            {
                Refuse(change, reason);
            }
            else
            {
                change.Durable();
            }
        }
    }

    /// <summary>What the same owner wants next was thought of with this in mind.</summary>
    private void Refuse(Change culprit, Exception reason)
    {
        culprit.Refused(reason);
        if (culprit.Owner is null)
        {
            return;
        }

        var rest = waiting.ToList();
        waiting.Clear();
        foreach (var change in rest)
        {
            if (ReferenceEquals(change.Owner, culprit.Owner))
            {
                change.Refused(reason);
            }
            else
            {
                waiting.Enqueue(change);
            }
        }
    }
}
