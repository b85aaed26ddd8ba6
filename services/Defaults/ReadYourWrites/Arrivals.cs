namespace Library.Defaults.ReadYourWrites;

/// <summary>Wakes those who wait for a fact when it arrives at this replica. Facts that nobody waits for leave no trace.</summary>
internal sealed class Arrivals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Projection, string Id), List<TaskCompletionSource>> _waiting = [];

    public void Tell(string projection, string id)
    {
        List<TaskCompletionSource>? waiting;
        lock (_gate)
        {
            _waiting.Remove((projection, id), out waiting);
        }

        waiting?.ForEach(one => one.TrySetResult());
    }

    /// <summary>The next arrival after this call; to be disposed when nobody waits any more.</summary>
    public Waiting Next(string projection, string id)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_waiting.TryGetValue((projection, id), out var waiting))
            {
                _waiting[(projection, id)] = waiting = [];
            }

            waiting.Add(arrived);
        }

        return new Waiting(arrived.Task, () => Forget((projection, id), arrived));
    }

    private void Forget((string Projection, string Id) key, TaskCompletionSource arrived)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(key, out var waiting) && waiting.Remove(arrived) && waiting.Count == 0)
            {
                _waiting.Remove(key);
            }
        }
    }

    internal sealed class Waiting(Task arrived, Action forget) : IDisposable
    {
        public Task Arrived => arrived;

        public void Dispose() => forget();
    }
}
