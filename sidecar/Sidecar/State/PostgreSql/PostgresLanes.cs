namespace Sidecar.State.PostgreSql;

/// <summary>
/// What comes while a round trip is under way goes together with the next one: that saves both sides most of their work. A group that is
/// held up, by a row that somebody has locked or by a slow answer, lets another lane open beside it.
/// </summary>
internal abstract class PostgresLanes<TJob>
{
    private const int LargestGroup = 64;
    private const int MostHeldUp = 3;
    private static readonly TimeSpan HeldUpAfter = TimeSpan.FromMilliseconds(20);
    private readonly LinkedList<TJob> waiting = new();
    private bool isOpen;
    private int heldUp;

    protected void Add(TJob job)
    {
        lock (waiting)
        {
            waiting.AddLast(job);
            if (!TryOpen())
            {
                return;
            }
        }

        _ = DrainAsync();
    }

    /// <summary>Does what the jobs want and answers each. Does not throw.</summary>
    protected abstract Task RunAsync(List<TJob> group);

    /// <summary>Whether a job may go now; asked for one job at a time.</summary>
    protected virtual bool MayGo(TJob job) => true;

    /// <summary>Never at the same time as <see cref="MayGo"/>.</summary>
    protected virtual void OnTaken(List<TJob> group)
    {
    }

    protected virtual void OnDone(List<TJob> group)
    {
    }

    /// <summary>Tells while a group is under way that all of it is done but the rest.</summary>
    protected void Release(List<TJob> group, List<TJob> rest)
    {
        lock (waiting)
        {
            group.RemoveAll(rest.Contains);
            OnDone(group);
            group.Clear();
            group.AddRange(rest);
            if (waiting.Count == 0 || !TryOpen())
            {
                return;
            }
        }

        _ = DrainAsync();
    }

    private async Task DrainAsync()
    {
        var group = new List<TJob>();
        while (Take(group))
        {
            var work = RunAsync(group);
            await work.WaitAsync(HeldUpAfter).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var wasHeldUp = !work.IsCompleted;
            if (wasHeldUp)
            {
                MakeWay();
                await work;
            }

            if (!Continue(group, wasHeldUp))
            {
                return;
            }
        }
    }

    private bool Take(List<TJob> group)
    {
        lock (waiting)
        {
            for (var next = waiting.First; next is not null && group.Count < LargestGroup;)
            {
                var place = next;
                next = next.Next;
                if (MayGo(place.Value))
                {
                    group.Add(place.Value);
                    waiting.Remove(place);
                }
            }

            isOpen = group.Count > 0;
            OnTaken(group);
            return isOpen;
        }
    }

    private void MakeWay()
    {
        lock (waiting)
        {
            isOpen = false;
            heldUp++;
            if (waiting.Count == 0 || !TryOpen())
            {
                return;
            }
        }

        _ = DrainAsync();
    }

    private bool Continue(List<TJob> group, bool wasHeldUp)
    {
        lock (waiting)
        {
            OnDone(group);
            group.Clear();
            if (!wasHeldUp)
            {
                return true;
            }

            heldUp--;
            return TryOpen();
        }
    }

    private bool TryOpen()
    {
        if (isOpen || heldUp >= MostHeldUp)
        {
            return false;
        }

        return isOpen = true;
    }
}
