namespace Library.Sagas.Orchestrator.Running;

/// <summary>
/// What this process knows of sagas that run: their data, so that not every step reads it, and who waits for their end. It is bounded, and only saves
/// reads: what is missing here is read from the store.
/// </summary>
internal sealed class LiveSagas
{
    private readonly Recent<object> _data = new();
    private readonly Dictionary<string, List<TaskCompletionSource>> _awaited = [];
    private readonly Lock _gate = new();

    public object? Data(string sagaId) => _data.Find(sagaId);

    public void Keep(string sagaId, object data) => _data.Keep(sagaId, data);

    public void Ended(string sagaId)
    {
        _data.Forget(sagaId);
        List<TaskCompletionSource>? waiting;
        lock (_gate)
        {
            _awaited.Remove(sagaId, out waiting);
        }

        waiting?.ForEach(one => one.TrySetResult());
    }

    public Waiting Await(string sagaId)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_awaited.TryGetValue(sagaId, out var waiting))
            {
                _awaited.Add(sagaId, waiting = []);
            }

            waiting.Add(end);
        }

        return new Waiting(this, sagaId, end);
    }

    private void Leave(string sagaId, TaskCompletionSource end)
    {
        lock (_gate)
        {
            if (_awaited.TryGetValue(sagaId, out var waiting) && waiting.Remove(end) && waiting.Count == 0)
            {
                _awaited.Remove(sagaId);
            }
        }
    }

    public readonly struct Waiting(LiveSagas sagas, string sagaId, TaskCompletionSource end) : IDisposable
    {
        public Task Task => end.Task;

        public void Dispose() => sagas.Leave(sagaId, end);
    }
}
