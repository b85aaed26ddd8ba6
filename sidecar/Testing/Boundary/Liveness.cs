namespace Sidecar.Testing.Boundary;

/// <summary>Whether an instance of a service runs, is paused as by SIGSTOP, or is dead as by SIGKILL.</summary>
internal sealed class Liveness : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource killed = new();
    private TaskCompletionSource? sleep;

    public CancellationToken Killed => killed.Token;

    public bool IsPaused => Volatile.Read(ref sleep) is not null;

    /// <summary>Returns when it is not paused.</summary>
    public Task Awake() => Volatile.Read(ref sleep)?.Task ?? Task.CompletedTask;

    public void Pause()
    {
        lock (gate)
        {
            sleep ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Resume()
    {
        lock (gate)
        {
            sleep?.SetResult();
            sleep = null;
        }
    }

    public void Kill()
    {
        killed.Cancel();
        Resume();
    }

    public void Dispose() => killed.Dispose();
}
