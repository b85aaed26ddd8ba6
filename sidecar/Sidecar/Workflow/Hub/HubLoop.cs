using System.Threading.Channels;

namespace Sidecar.Workflow.Hub;

/// <summary>
/// Runs one thing after the other: whatever belongs to a hub is touched here and nowhere else. What fails unexpectedly leaves nobody
/// knows what behind, so it ends the loop; the rows are whole, and whoever leads next begins from them.
/// </summary>
internal sealed class HubLoop
{
    private readonly Channel<(Action Run, Action? Dropped)> posted = Channel.CreateUnbounded<(Action, Action?)>(new() { SingleReader = true });
    private readonly Action afterBatch;
    private readonly Action<Exception?> ended;
    private readonly Func<bool> isClosed;

    /// <param name="afterBatch">Runs after everything that came together.</param>
    /// <param name="ended">Runs last, with the failure if there was one.</param>
    /// <param name="isClosed">Asked after everything that ran.</param>
    public HubLoop(Action afterBatch, Action<Exception?> ended, Func<bool> isClosed)
    {
        this.isClosed = isClosed;
        this.afterBatch = afterBatch;
        this.ended = ended;
        Ended = Task.Run(RunAsync);
    }

    public Task Ended { get; }

    /// <param name="dropped">Runs instead, here or there, when nothing runs any more.</param>
    public void Post(Action action, Action? dropped = null)
    {
        if (!posted.Writer.TryWrite((action, dropped)))
        {
            dropped?.Invoke();
        }
    }

    /// <summary>Lets something be answered on the loop, at once or later.</summary>
    public Task<T> AskAsync<T>(Action<TaskCompletionSource<T>> ask, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            () =>
            {
                try
                {
                    ask(answer);
                }
                catch (Exception problem)
                {
                    answer.TrySetException(problem);
                    if (problem is not HubException)
                    {
                        throw;
                    }
                }
            },
            () => answer.TrySetException(HubException.Moved()));
        return answer.Task.WaitAsync(cancellation);
    }

    /// <summary>Nothing runs any more but what is running.</summary>
    public void Close() => posted.Writer.TryComplete();

    private async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            while (await posted.Reader.WaitToReadAsync())
            {
                for (var many = 0; many < 256 && !isClosed() && posted.Reader.TryRead(out var next); many++)
                {
                    next.Run();
                }

                if (isClosed())
                {
                    break;
                }

                afterBatch();
            }
        }
        catch (Exception unexpected)
        {
            failure = unexpected;
        }

        posted.Writer.TryComplete();
        ended(failure);
        while (posted.Reader.TryRead(out var dropped))
        {
            dropped.Dropped?.Invoke();
        }
    }
}
