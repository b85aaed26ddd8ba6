namespace Chaos.Tests;

/// <summary>Something that can be killed or restarted, and comes back; one strike at a time.</summary>
internal sealed class Victim(string name, Func<CancellationToken, Task> kill, Func<CancellationToken, Task> restart) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    public string Name => name;

    public static Victim Of(Supervised process) => new(
        process.Name,
        _ =>
        {
            process.Kill();
            return Task.CompletedTask;
        },
        process.TerminateAsync);

    /// <summary>Returns when it is back, or will be without help.</summary>
    public async Task StrikeAsync(bool isKill, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            await (isKill ? kill(cancellation) : restart(cancellation));
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}
