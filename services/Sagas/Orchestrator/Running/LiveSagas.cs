using System.Collections.Concurrent;
using Library.Contracts;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>
/// What this process knows of sagas that run: their data, so that not every step reads it, who waits for their end, and which step listens for its reply. It is
/// bounded, and only saves work: what is missing here is read from the store.
/// </summary>
internal sealed class LiveSagas
{
    private readonly Recent<object> _data = new();
    private readonly Dictionary<string, List<TaskCompletionSource>> _awaited = [];
    private readonly ConcurrentDictionary<(string Saga, string Reply), TaskCompletionSource<Reply>> _listening = new();
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

    /// <summary>From now on the reply may come here instead of into the workflow's events.</summary>
    public Listener Listen(string sagaId, string name)
    {
        var heard = new TaskCompletionSource<Reply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _listening[(sagaId, name)] = heard;
        return new Listener(this, (sagaId, name), heard);
    }

    /// <summary>Whether a step of this process listened, and has it now.</summary>
    public bool Hand(string name, Reply reply) => _listening.TryRemove((reply.SagaId, name), out var listening) && listening.TrySetResult(reply);

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

    public readonly struct Listener(LiveSagas sagas, (string Saga, string Reply) key, TaskCompletionSource<Reply> heard) : IDisposable
    {
        /// <summary>Null when it does not come so soon; then it goes the other way.</summary>
        public async Task<Reply?> Hear(TimeSpan patience, TimeProvider time)
        {
            try
            {
                return await heard.Task.WaitAsync(patience, time);
            }
            catch (TimeoutException)
            {
                return heard.TrySetCanceled() ? null : await heard.Task;
            }
        }

        public void Dispose()
        {
            heard.TrySetCanceled();
            sagas._listening.TryRemove(KeyValuePair.Create(key, heard));
        }
    }
}
