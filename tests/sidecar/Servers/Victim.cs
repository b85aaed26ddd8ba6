namespace Servers;

/// <summary>Something that can be killed or restarted, and comes back; one strike at a time. Without a restart it is always killed.</summary>
public sealed class Victim(string name, Func<CancellationToken, Task> kill, Func<CancellationToken, Task>? restart = null) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    public string Name => name;

    public string Fate(bool isKill) => isKill || restart is null ? "kill" : "restart";

    /// <summary>Returns when it is back, or will be without help.</summary>
    public async Task StrikeAsync(bool isKill, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            await (isKill || restart is null ? kill(cancellation) : restart(cancellation));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}
